/** What somebody sees of the plugins. Pure: from the snapshot and who is asking. */
import { createHash } from 'node:crypto';
import type { Asker } from '@berth/plugin-kit/contract/rule.ts';
import type { CompiledPlugin, Plugin, Snapshot, Stage } from '../registry/snapshot.ts';
import type { Service } from '../registry/service.types.ts';

/** A plugin that serves somebody: admitted, and not switched off. */
export type Visible = Plugin & { admitted: NonNullable<Plugin['admitted']> };

/** @returns `null` for one that is not there and for one that is not theirs: nobody can tell which */
export function visiblePlugin(
  snapshot: Snapshot,
  id: string,
  who: Asker,
  may: (compiled: CompiledPlugin) => CompiledPlugin['maySee'] = ({ maySee }) => maySee,
): Visible | null {
  const plugin = snapshot.plugins.get(id);
  return plugin && isServed(plugin) && may(plugin.admitted.compiled)(who) ? plugin : null;
}

/** `version` is the caller's own: it changes with what they may see, and with nothing else. */
export type Catalogue = { version: string; items: readonly CatalogueItem[] };

export function catalogueOf(snapshot: Snapshot, who: Asker): Catalogue {
  const served = [...snapshot.plugins.values()].filter((plugin) => isServed(plugin)).filter(({ admitted }) => admitted.compiled.maySee(who));
  const items = served.toSorted(byName).map((plugin) => itemFor(plugin, who));
  // A later try of one that is down is no news to anybody.
  const version = createHash('sha256')
    .update(JSON.stringify(items.map((item) => ({ ...item, retry_at: null }))))
    .digest('base64url')
    .slice(0, 22);
  return { version, items };
}

type CatalogueItem = ReturnType<typeof itemFor>;

function itemFor({ id, state, stateSince, detail, nextPollAt, admitted }: Visible, who: Asker) {
  const { manifest, compiled } = admitted;
  return {
    id,
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    icon: manifest.icon,
    icon_url: null,
    stage: manifest.stage,
    state,
    state_since: iso(stateSince),
    detail,
    links: manifest.links,
    ui: manifest.ui && manifest.ui.mode !== 'none' ? { mode: manifest.ui.mode, url: `/apps/${id}/` } : null,
    nav: compiled.nav.filter(({ maySee }) => maySee(who)).map(({ item }) => ({ id: item.id, title: item.title, path: item.path, icon: item.icon ?? null })),
    has_settings: manifest.settings_schema !== undefined,
    may: {
      use: compiled.mayUse(who) !== null,
      read_settings: compiled.mayReadSettings(who) !== null,
      write_settings: compiled.mayWriteSettings(who) !== null,
    },
    retry_at: state === 'offline' && nextPollAt !== null ? iso(nextPollAt) : null,
  };
}

/** Every registered service, for whoever is signed in: how it is, and nothing of what it holds. */
export function servicesOf(snapshot: Snapshot): object {
  const items = [...snapshot.plugins.values()].map(({ id, state, stateSince, detail }) => ({ id, state, state_since: iso(stateSince), detail }));
  return { items: items.toSorted((one, other) => one.id.localeCompare(other.id)) };
}

export function adminItem(plugin: Plugin, source: Service['source']): object {
  const { id, origin, state, stateSince, detail, admitted, waiting, refusal, stages, nextPollAt } = plugin;
  return {
    id,
    name: admitted?.manifest.name ?? id,
    origin,
    source,
    // What was approved serves on; the one thing that an admin has to know is that a decision is theirs.
    state: waiting && (state === 'online' || state === 'degraded') ? 'awaiting_approval' : state,
    state_since: iso(stateSince),
    detail,
    version: admitted?.manifest.version ?? null,
    manifest_version: admitted?.manifest.manifest_version ?? null,
    stages: stages.map(stageItem),
    waiting: waiting ? { since: iso(waiting.since), digest: waiting.digest, differences: waiting.differences } : null,
    refusal: refusal && { at: iso(refusal.at), reasons: refusal.reasons },
    unknown_fields: admitted?.unknownFields ?? [],
    next_poll_at: nextPollAt === null ? null : iso(nextPollAt),
  };
}

function stageItem({ name, outcome, lastSuccessAt, lastError }: Stage): object {
  return {
    name,
    outcome,
    last_success_at: lastSuccessAt === undefined ? null : iso(lastSuccessAt),
    last_error: lastError ? { at: iso(lastError.at), message: lastError.message, hint: lastError.hint ?? null } : null,
  };
}

function isServed(plugin: Plugin): plugin is Visible {
  return plugin.admitted !== null && plugin.state !== 'disabled';
}

const alphabet = new Intl.Collator('en');

function byName(one: Visible, other: Visible): number {
  return alphabet.compare(one.admitted.manifest.name, other.admitted.manifest.name) || (one.id < other.id ? -1 : 1);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
