/** What every part of the gateway stands on, and what each hands back to be served. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Shutdown } from '@berth/plugin-kit/base/shutdown.ts';
import type { Hono } from 'hono';
import type { PermissionProvider } from '#identity/access/permissions.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { KeysRoom } from '#identity/keys/keys.room.ts';
import type { HooksRoom } from '#operations/hooks/hooks.room.ts';
import type { Database } from '#platform/database.ts';
import type { Config } from '../config.ts';
import type { OwnGround } from './wire-own-settings.ts';

export type Ground = {
  config: Config;
  /** The same with what was set since the start: for the few settings that hold at once. */
  live: () => Config;
  /** Settings of the gateway itself, and what it was started with. */
  own: OwnGround;
  log: Logger;
  now: () => number;
  permissions: PermissionProvider;
  /** A room that must be stopped is added as soon as it is built. */
  shutdown: Shutdown;
  database: Database;
  keys: KeysRoom;
  /** What modules of the operator's add. */
  hooks: HooksRoom;
};

/** A room that answers requests of the gateway's own. */
export type ServedRoom = { routes: Hono; policies: readonly RoutePolicy[] };
