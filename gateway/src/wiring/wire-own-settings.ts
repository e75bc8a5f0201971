/** Settings of the gateway itself: below the environment, above the defaults; the start reads them once. */
import { EnvironmentError } from '@berth/plugin-kit/base/env.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { KeysRoom } from '#identity/keys/keys.room.ts';
import {
  asVariables,
  ownSettingsRoom,
  ownSettingsStore,
  type OwnSettings,
  type OwnSettingsStore,
} from '#operations/own-settings/own-settings.room.ts';
import type { Database } from '#platform/database.ts';
import { sealer } from '@berth/plugin-kit/base/sealed.ts';
import type { Config } from '../config.ts';

export type OwnGround = {
  store: OwnSettingsStore;
  started: OwnSettings;
  environment: Config['environment'];
  /** @throws EnvironmentError where the environment does not hold with these */
  read: (variables: Record<string, string>) => unknown;
  /** Takes what was set just now. */
  take: (values: OwnSettings) => void;
};

type Given = { config: Config; database: Database; keys: KeysRoom; log: Logger };

/** What was stored under other rules and does not hold any more must not keep the gateway from starting. */
export async function openOwnSettings({ config: given, database, keys, log }: Given) {
  const store = ownSettingsStore(database.prisma, sealer(keys.secret, 'settings of the gateway'));
  const { values } = await store.read();
  let live = given;
  try {
    live = given.withStored(asVariables(values));
  } catch (err) {
    log.warn({ err }, 'settings that were stored do not hold with this environment: started without them');
  }
  const take = (next: OwnSettings): void => {
    live = given.withStored(asVariables(next));
  };
  return {
    config: live,
    live: () => live,
    own: { store, started: values, environment: given.environment, read: given.withStored, take },
  };
}

/** @param rightsChanged of anybody: a shorter time for sessions ends what is open longer than that */
export function wireOwnSettings({ own }: { own: OwnGround }, rightsChanged: () => void) {
  return ownSettingsRoom({
    store: own.store,
    env: own.environment,
    started: own.started,
    faultsOf: (variables) => {
      try {
        own.read(variables);
        return [];
      } catch (error) {
        if (error instanceof EnvironmentError) return error.findings;
        throw error;
      }
    },
    onChange: (values) => {
      own.take(values);
      rightsChanged();
    },
  });
}
