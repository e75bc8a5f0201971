/** What is kept of one plugin over a restart: written one after the other, and tried again while the database is away. */
import { withTimeout } from '@berth/plugin-kit/base/with-timeout.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { groupNamesIn } from '../registry/compile.rules.ts';
import type { PluginRecord, Service } from '../registry/service.types.ts';
import type { Plugin } from '../registry/snapshot.ts';

export type RecordKeeperNeeds = {
  save: (record: PluginRecord) => Promise<void>;
  /** Writes `isEnabled` alone. */
  saveEnabled: (record: PluginRecord) => Promise<void>;
  ensureGroup: (name: string, description: string, formerly: string) => Promise<unknown>;
  idsByName: (names: string[]) => Promise<ReadonlyMap<string, string>>;
  goneGroupsOf: (ids: string[]) => Promise<readonly string[]>;
  log: Logger;
};

export type RecordKeeper = {
  record: () => PluginRecord;
  /** Changes what is remembered here alone; it is written with the next thing that is. */
  note: (part: Partial<Pick<PluginRecord, 'refusedWishes'>>) => void;
  /** @throws when it cannot be written; nothing is changed then */
  switch: (isEnabled: boolean) => Promise<void>;
  /** What another gateway wrote. It is not written again. */
  adopt: (record: PluginRecord) => void;
  /** Writes what has changed; a database that is away is told and tried again at the next call. */
  keep: (plugin: Plugin) => void;
  /**
   * Never fails: it is tried again at the next call.
   * @param title what the extension calls itself, or `null` until it is known
   */
  ensureOwnGroup: (title: string | null) => Promise<void>;
  /** A name means the group that had it when it was first found, for as long as there is that group. Never fails. */
  pinGroups: (manifest: Manifest) => Promise<void>;
  /** Looks with the next `pinGroups` whether those groups are still there. */
  groupsMayBeGone: () => void;
  /** When all that was to be written is, or has failed. */
  settled: () => Promise<void>;
};

/** How long a check waits for the database. It goes on without, and tries again at the next. */
const databaseTimeoutMs = 2000;

export function pluginRecordKeeper(
  { id, origin }: Service,
  known: PluginRecord,
  { log, ...needs }: RecordKeeperNeeds,
): RecordKeeper {
  let record = known;
  let isSaved = true;
  let saved: Promise<void> = Promise.resolve();
  let groupSaid: string | null = null;
  let mayPinsBeGone = true;

  /** One after the other, each of what is true when its turn comes: so that the last word is the last written. */
  function save(wanted: () => PluginRecord, write = needs.save): Promise<PluginRecord> {
    const saving = saved.then(async () => {
      const turn = wanted();
      await write(turn);
      return turn;
    });
    saved = saving.then(
      () => {},
      () => {},
    );
    return saving;
  }

  return {
    record: () => record,
    note: (part) => {
      record = { ...record, ...part };
    },
    switch: async (isEnabled) => {
      const switched = save(() => ({ ...record, isEnabled }), needs.saveEnabled).then(() => {
        record = { ...record, isEnabled };
      });
      // What is written next writes this too.
      saved = switched.catch(() => {});
      await switched;
    },
    adopt: (next) => {
      record = next;
    },
    keep: ({ admitted }) => {
      if (admitted && isNews(record.admitted, admitted, origin)) {
        const { manifest, etag, admittedAt, icon } = admitted;
        record = { ...record, admitted: { manifest, etag, origin, admittedAt, ...(icon ? { icon } : {}) } };
        isSaved = false;
      }
      if (isSaved) return;
      save(() => record).then(
        (written) => {
          if (record === written) isSaved = true;
        },
        (err: unknown) =>
          log.warn(
            { err, plugin: id },
            'the plugin could not be kept in the database; it serves on, and the next check tries again',
          ),
      );
    },
    ensureOwnGroup: async (title) => {
      const unnamed = `Looks after the extension "${id}"`;
      const description = title === null ? unnamed : `Looks after ${title}`;
      if (groupSaid === description) return;
      try {
        await withTimeout(databaseTimeoutMs, needs.ensureGroup(`${id}-admin`, description, unnamed));
        groupSaid = description;
      } catch (err) {
        log.warn({ err, plugin: id }, 'its group of admins could not be made; the next check tries again');
      }
    },
    groupsMayBeGone: () => {
      mayPinsBeGone = true;
    },
    pinGroups: async (manifest) => {
      await forgetGonePins();
      const open = groupNamesIn(manifest).filter((name) => !record.groupPins.has(name));
      if (open.length === 0) return;
      try {
        const found = await withTimeout(databaseTimeoutMs, needs.idsByName(open));
        if (found.size === 0) return;
        record = { ...record, groupPins: new Map([...record.groupPins, ...found]) };
        isSaved = false;
      } catch (err) {
        log.warn({ err, plugin: id }, 'its groups could not be looked up; the next check tries again');
      }
    },
    settled: () => saved,
  };

  /** Drops pins to deleted groups, so that a new group of that name is resolved. */
  async function forgetGonePins(): Promise<void> {
    if (!mayPinsBeGone) return;
    mayPinsBeGone = false;
    if (record.groupPins.size === 0) return;
    try {
      const gone = new Set(
        await withTimeout(databaseTimeoutMs, needs.goneGroupsOf([...record.groupPins.values()])),
      );
      if (gone.size === 0) return;
      record = {
        ...record,
        groupPins: new Map([...record.groupPins].filter(([, groupId]) => !gone.has(groupId))),
      };
      isSaved = false;
    } catch (err) {
      mayPinsBeGone = true;
      log.warn(
        { err, plugin: id },
        'whether its groups are still there could not be looked up; the next check tries again',
      );
    }
  }
}

function isNews(
  kept: PluginRecord['admitted'],
  admitted: NonNullable<Plugin['admitted']>,
  origin: string,
): boolean {
  return (
    kept?.manifest !== admitted.manifest ||
    kept.etag !== admitted.etag ||
    kept.origin !== origin ||
    kept.icon?.digest !== admitted.icon?.digest
  );
}
