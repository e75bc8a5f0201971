import { expect, test } from 'vitest';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { pluginOf } from '#edge/testing/edge-server.ts';
import type { PluginRecord } from '../registry/service.types.ts';
import { pluginRecordKeeper } from './record-keeper.ts';

const manifest = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
} as const;
const known: PluginRecord = {
  id: 'doc',
  isEnabled: true,
  groupPins: new Map(),
  refusedWishes: new Set(),
  admitted: null,
};

test('C6 what an admin switches off while a check is being kept stays off', async () => {
  const written: boolean[] = [];
  const turns: (() => void)[] = [];
  const write = async ({ isEnabled }: PluginRecord) => {
    await new Promise<void>((resolve) => turns.push(resolve));
    written.push(isEnabled);
  };
  const memory = pluginRecordKeeper(
    { id: 'doc', origin: 'http://doc:8000', source: 'environment', approving: 'auto' },
    known,
    {
      save: write,
      saveEnabled: write,
      ensureGroup: () => Promise.resolve(),
      idsByName: () => Promise.resolve(new Map()),
      goneGroupsOf: () => Promise.resolve([]),
      log: createLogger('memory-test', 'silent'),
    },
  );
  const switched = memory.switch(false);
  // The check had begun before: it knows nothing of the switch, and its turn comes after it.
  memory.keep(pluginOf('http://doc:8000', manifest));
  let isSettled = false;
  const settled = memory.settled().then(() => (isSettled = true));
  while (!isSettled) {
    turns.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all([switched, settled]);
  expect(written).toEqual([false, false]);
  expect(memory.record().isEnabled).toBe(false);
});
