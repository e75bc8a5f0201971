/** What the author of a container gives, and what the container has of it. */
import type { Env, Hono, Schema } from 'hono';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from '../base/logger.ts';
import type { Catalogues } from '../base/sentences.ts';
import type { HealthAnswer } from '../contract/health.ts';
import type { Manifest, ManifestInput } from '../contract/manifest.ts';
import type { Actions } from './actions.ts';
import type { CapabilityImplementation } from './capabilities.ts';
import type { Connections } from './connections.ts';
import type { Live } from './live.ts';
import type { ServeOptions, Serving } from './serve.ts';
import type { SettingsStore } from './settings-store.ts';

/** `choices` and `checks`: by the paths that `x-choices-from` and `x-check` of the schemas name. */
export type ContainerOptions<E extends Env, S extends Schema> = Live & {
  manifest: ManifestInput;
  /** Needed when the manifest has a `settings_schema`. `settingsInFile` is a ready one. */
  settings?: SettingsStore;
  /**
   * Answers the routes that the manifest declares; paths as the container sees them. What is not declared
   * never gets here.
   */
  routes?: Hono<E, S>;
  /** Files of this folder are served below the manifest's `ui.entry`. */
  uiFolder?: string;
  /** Throwing means down. Default: always `ok`. */
  health?: () => HealthAnswer | Promise<HealthAnswer>;
  /**
   * Where the gateway is; its keys are at `/.well-known/jwks.json` below it. This, or `jwks`, or
   * `insecureWithoutGateway`.
   */
  gatewayUrl?: string | undefined;
  /**
   * The gateway's internal port, usually from BERTH_INTERNAL_URL: the container announces itself there when
   * it starts and when its settings change.
   */
  internalUrl?: string | undefined;
  /** The gateway's keys themselves, instead of `gatewayUrl`. */
  jwks?: JSONWebKeySet | undefined;
  /**
   * For authoring on one's own machine alone: every request counts as coming from a local superuser; listens
   * on the loopback only.
   */
  insecureWithoutGateway?: boolean;
  /**
   * The container's own sentences in other languages, by their code: details of problems, and messages of
   * actions and checks, are answered in the reader's, by `accept-language`. Those of the kit are there in
   * German.
   */
  sentences?: Catalogues;
  log?: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
};

export type Container = {
  app: Hono;
  manifest: Manifest;
  /** Tells the gateway that there is news (its health changed, say), where `internalUrl` says how. */
  announce: () => void;
  /** Answers an action of the manifest; `read` makes its input a type of one's own. */
  action: Actions['add'];
  /** Services of others that the manifest asks for, through the gateway. */
  connections: Connections;
  /**
   * Answers a capability that the manifest declares; before `serve`.
   * @throws Error where it declares no such one, or one of another kind
   */
  capability: (id: string, implementation: CapabilityImplementation) => void;
  serve: (options: ServeOptions) => Promise<Serving>;
};
