import { manifestSchema } from '@berth/plugin-kit/contract/manifest.ts';
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import { expect, test } from 'vitest';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { compilePlugin } from './compile.rules.ts';
import { createRegistry } from './registry.ts';
import type { Plugin } from './snapshot.ts';

/** Each edition differs in its name, its mount, its route and who may, all by the same number. */
function edition(id: string, number: number): Plugin {
  const groups = [`g${number}`];
  const manifest = manifestSchema.parse(
    manifestOf(id, {
      name: `${number}`,
      mounts: [`/api/${id}-${number}`],
      routes: [{ path: `/r${number}` }],
      access: { required_groups: groups },
    }),
  );
  const compiled = compilePlugin(manifest, { groupIdByName: new Map([[`g${number}`, `id-${number}`]]) });
  return {
    id,
    origin: `http://${number}`,
    state: 'online',
    stateSince: number,
    detail: null,
    admitted: { manifest, etag: null, compiled, unknownFields: [], admittedAt: number },
    refusal: null,
    stages: [],
    nextPollAt: null,
  };
}

test('C7 the swap is whole: whoever looks, between any two steps, sees one edition in every part of the picture', async () => {
  const { put, snapshot, onChange } = createRegistry();
  const editions = Array.from({ length: 20 }, (_, number) =>
    ['one', 'two'].map((id) => edition(id, number)),
  ).flat();
  for (const plugin of editions.slice(0, 2)) put(plugin);
  let looks = 0;
  let isOver = false;

  const look = (): void => {
    looks++;
    const picture = snapshot();
    for (const id of ['one', 'two']) {
      const plugin = picture.plugins.get(id) ?? expect.unreachable();
      const { manifest, compiled } = plugin.admitted ?? expect.unreachable();
      const number = manifest.name;
      expect(plugin.origin).toBe(`http://${number}`);
      expect([...picture.mounts].filter(([, owner]) => owner === id)).toEqual([[`/api/${id}-${number}`, id]]);
      expect(compiled.routes[0]?.matches(segmentsOf(`/r${number}`))).toBe(true);
      expect(compiled.mayUse({ isSuperuser: false, groupIds: new Set([`id-${number}`]) })).toBe(
        'required_groups',
      );
    }
  };
  // A request that began keeps its picture through any number of swaps.
  const request = async (): Promise<void> => {
    while (!isOver) {
      const kept = snapshot();
      const before = JSON.stringify([...kept.mounts]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(JSON.stringify([...kept.mounts])).toBe(before);
      look();
    }
  };
  const stop = onChange(look);
  const requests = Array.from({ length: 64 }, request);
  for (let round = 0; round < 200; round++) {
    put(editions[round % editions.length] ?? expect.unreachable());
    if (round % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  isOver = true;
  await Promise.all(requests);
  stop();
  expect(looks).toBeGreaterThan(200);
});
