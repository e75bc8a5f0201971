/**
 * `/api/admin/catalogue` and `/api/admin/services`, as they are on the wire: made by the gateway, read by its
 * pages.
 */

import type { PluginState } from './plugins.ts';

/**
 * How a container is set from outside when it starts. The value of a secret is never typed into Berth's
 * pages.
 */
export type OfferVariable = {
  name: string;
  description: string;
  /** What it is where nothing else is said; `null`: nothing. */
  default: string | null;
  is_required: boolean;
  is_secret: boolean;
};

export type OfferVolume = { name: string; path: string; description: string };

/** What its manifest will ask for, as the publisher says; the manifest itself decides. */
export type OfferSummary = {
  /** Who may see it at first, in words. */
  access: string;
  connections: { name: string; kind: string; reason: string }[];
  capabilities: string[];
};

export type Offer = {
  /** Of the catalogue in which it stands. */
  catalogue: string;
  id: string;
  name: string;
  version: string;
  summary: string;
  /** A name of the shell's icon set. */
  icon: string;
  homepage: string | null;
  /** `is_signed`: the entry bears the publisher's own signature, which was checked. */
  publisher: { name: string; is_signed: boolean };
  /** With its digest; `null`: it is built from a source folder beside the compose file. */
  image: string | null;
  port: number;
  variables: OfferVariable[];
  volumes: OfferVolume[];
  asks_for: OfferSummary;
  /** `problem`: it is added, and its container is not served. */
  state: 'available' | 'added' | 'problem';
  /** Of the plugin, where it is added. */
  plugin_state: string | null;
};

export type CatalogueSource = {
  /** `shipped`, or the host and path of its address. */
  id: string;
  name: string;
  serial: number | null;
  issued_at: string | null;
  /** When this copy was fetched; `null` for the shipped one. */
  fetched_at: string | null;
  /** What is wrong with its newest reading, in words. The last good copy goes on being shown. */
  problem: string | null;
};

export type AddingState = {
  /** Whether `services.yaml` can be written; else why not, in words. */
  can_write: boolean;
  why_not: string | null;
  services_file: string;
  /** Where a runtime adapter writes the container itself. */
  runtime: { kind: 'compose' | 'kubernetes'; file: string; starts: boolean } | null;
};

export type OfferList = { items: Offer[]; sources: CatalogueSource[]; adding: AddingState };

/** The id is the entry's: a container that says another one of itself is refused. */
export type OfferChoice = {
  url: string;
  approve: Approve;
  variables: Record<string, string>;
};

export const approves = ['auto', 'first', 'always'] as const;
export type Approve = (typeof approves)[number];

/** What would be written, for those who write it themselves. */
export type OfferSnippets = { services: string; compose: string; kubernetes: string };

export type ServiceForm = { id: string; url: string; approve: Approve; ca?: string | undefined };

/** An entry of `services.yaml`. */
export type ListedService = {
  id: string;
  url: string;
  approve: Approve;
  /** Whether an authority of its own is named. */
  has_ca: boolean;
  /** Of the extension; `null`: not known yet. */
  state: PluginState | null;
  /** Berth's runtime adapter runs its container, or wrote it down. */
  is_run_here: boolean;
};

/** With an ETag of the whole file. */
export type ServiceList = AddingState & { items: ListedService[] };

export type ServiceChange = { url: string; approve: Approve };

export type RemovedService = {
  id: string;
  /** `stopped`: its container too; `removed`: only the entry. */
  outcome: 'removed' | 'stopped';
  /** What is left to do by hand, in words. */
  detail: string | null;
};

export type AddedService = {
  id: string;
  /**
   * `started`: the container was started; `written`: only written down; `listed`: only `services.yaml` was
   * written.
   */
  outcome: 'listed' | 'written' | 'started';
  /** What is left to do by hand, in words. */
  detail: string | null;
};
