import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { rightsKeyOf } from '#identity/access/permissions.ts';
import { manifestSchema } from '@berth/plugin-kit/contract/manifest.ts';
import { compilePlugin } from '../registry/compile.rules.ts';
import { createRegistry } from '../registry/registry.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { person, startRig, type Rig } from '../testing/rig.ts';

import { catalogueEvents } from './catalogue-events.ts';
import { ownLists } from './own-lists.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const staff = person({ groupIds: new Set(['id-staff']) });
const stranger = person();

/** Two plugins: one for everybody, one for staff alone. */
async function open(): Promise<{ rig: Rig; everyones: FakeContainer; staffs: FakeContainer }> {
  const everyones = await startContainer(manifestOf('everyones'));
  const staffs = await startContainer(manifestOf('staffs', { access: { required_groups: ['staff'] } }));
  const servicesFromEnv = [
    { id: 'everyones', url: everyones.url },
    { id: 'staffs', url: staffs.url },
  ];
  const rig = await startRig({ servicesFromEnv });
  rig.groups.set('staff', 'id-staff');
  ends.push(everyones.stop, staffs.stop, rig.end);
  await rig.room.start();
  await rig.until('everyones', (plugin) => plugin?.state === 'online');
  await rig.until(
    'staffs',
    (plugin) =>
      plugin?.state === 'online' && plugin.admitted?.compiled.namedGroupIds.has('id-staff') === true,
  );
  return { rig, everyones, staffs };
}

type Stream = { status: number; heard: string; isOver: boolean; cancel: () => Promise<unknown> };

async function follow(
  rig: Rig,
  who: ReturnType<typeof person>,
  headers: Record<string, string> = {},
): Promise<Stream> {
  const answer = await rig.as(who, '/api/plugins/events', { headers });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const stream: Stream = {
    status: answer.status,
    heard: '',
    isOver: false,
    cancel: async () => reader?.cancel(),
  };
  const read = async (): Promise<void> => {
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) break;
      stream.heard += piece.value;
    }
    stream.isOver = true;
  };
  void read().catch(() => (stream.isOver = true));
  return stream;
}

const versionFor = async (rig: Rig, who: ReturnType<typeof person>): Promise<string> => {
  return z.object({ version: z.string() }).parse(await (await rig.as(who, '/api/plugins')).json()).version;
};
const eventsIn = ({ heard }: Stream): number => heard.split('event: catalogue').length - 1;

describe('D4 live catalogue', () => {
  test('each hears only of changes to what they may see, and of nothing but the version of their own list', async () => {
    const { rig, staffs, everyones } = await open();
    const [theirs, others] = [await follow(rig, staff), await follow(rig, stranger)];
    await vi.waitFor(() => expect([eventsIn(theirs), eventsIn(others)]).toEqual([1, 1]));
    expect(others.heard).toContain(`id: ${await versionFor(rig, stranger)}\n`);
    const before = await versionFor(rig, stranger);
    staffs.setManifest(manifestOf('staffs', { name: 'Renamed', access: { required_groups: ['staff'] } }));
    await vi.waitFor(() => expect(eventsIn(theirs)).toBe(2));
    expect(theirs.heard).toContain(await versionFor(rig, staff));
    expect([eventsIn(others), await versionFor(rig, stranger)]).toEqual([1, before]);
    everyones.answers.set('/health', json({ status: 'degraded' }));
    await vi.waitFor(() => expect([eventsIn(theirs), eventsIn(others)]).toEqual([3, 2]));
    expect(others.heard).not.toMatch(/staffs|Renamed/);
  });

  test('one that comes back with the version that it has seen hears nothing until there is news', async () => {
    const { rig } = await open();
    const seen = await versionFor(rig, stranger);
    const stream = await follow(rig, stranger, { 'last-event-id': seen });
    await vi.waitFor(() => expect(stream.heard).toContain('retry:'));
    expect(eventsIn(stream)).toBe(0);
    expect((await rig.as(stranger, '/api/plugins/events')).headers.get('content-type')).toBe(
      'text/event-stream',
    );
  });

  test('rights that change show at once; a session that ended ends its stream, with the reason', async () => {
    const { rig } = await open();
    const who = person();
    const stream = await follow(rig, who);
    await vi.waitFor(() => expect(eventsIn(stream)).toBe(1));
    rig.changeRights(who.userId, { ...who, groupIds: new Set(['id-staff']) });
    await vi.waitFor(() => expect(eventsIn(stream)).toBe(2));
    rig.changeRights(who.userId, null);
    await vi.waitFor(() => expect(stream.isOver).toBe(true));
    expect(stream.heard).toContain('event: end\ndata: {"reason":"signed-out"}');
  });

  test('a stream ends with its credential', async () => {
    const { rig } = await open();
    const stream = await follow(
      rig,
      person({ credential: { kind: 'bearer', id: 't', expiresAt: Date.now() + 300 } }),
    );
    await vi.waitFor(() => expect(stream.isOver).toBe(true));
    expect(stream.heard).toContain('signed-out');
  });

  test('shutting down ends every stream, and takes no new ones', async () => {
    const { rig } = await open();
    const streams = [await follow(rig, staff), await follow(rig, stranger)];
    rig.room.endStreams();
    await vi.waitFor(() => expect(streams.every(({ isOver }) => isOver)).toBe(true));
    expect(streams[0]?.heard).toContain('shutdown');
    expect((await rig.as(staff, '/api/plugins/events')).status).toBe(503);
  });

  test('B4, hazard H9: who lost their right between the door and the stream is asked for once more, told and let go', async () => {
    const events = catalogueEvents({
      ownList: ownLists(createRegistry().snapshot, rightsKeyOf),
      now: Date.now,
    });
    let text = '';
    for await (const chunk of events.open(
      staff,
      () => Promise.resolve({ ok: false, reason: 'invalid' }),
      null,
    ))
      text += Buffer.from(chunk).toString();
    expect(text).toContain('event: end\ndata: {"reason":"signed-out"}');
    events.end();
  });

  test('a thousand streams each hear of a change once, and of many quick changes seldom; a reader that stopped is let go', async () => {
    const registry = createRegistry();
    const events = catalogueEvents({ ownList: ownLists(registry.snapshot, rightsKeyOf), now: Date.now });
    registry.onChange(events.pictureChanged);
    const heard = Array.from({ length: 1000 }, () => 0);
    const reading = heard.map(async (_, index) => {
      const who = person();
      for await (const chunk of events.open(who, () => ({ ok: true, principal: who }), null))
        if (Buffer.from(chunk).includes('event: catalogue')) heard[index] = (heard[index] ?? 0) + 1;
    });
    const idle = person();
    const silent = events.open(idle, () => ({ ok: true, principal: idle }), null).getReader();
    await vi.waitFor(() => expect(heard.every((count) => count === 1)).toBe(true));
    const manifest = manifestSchema.parse(manifestOf('one'));
    const compiled = compilePlugin(manifest, { groupIdByName: new Map() });
    const admitted = { manifest, etag: null, compiled, unknownFields: [], admittedAt: 0 };
    const plugin: Plugin = {
      id: 'one',
      admitted,
      origin: 'http://x',
      state: 'online',
      stateSince: 0,
      detail: null,
      refusal: null,
      stages: [],
      nextPollAt: null,
    };
    for (let change = 0; change < 500; change++) registry.put({ ...plugin, detail: `${change}` });
    await vi.waitFor(() => expect(heard.every((count) => count === 2)).toBe(true));
    // One that reads nothing: after sixteen pieces it is let go, and nothing more is held for it.
    for (let change = 0; change < 20; change++) {
      const before = heard.at(-1) ?? 0;
      registry.put({ ...plugin, detail: `again ${change}` });
      await vi.waitFor(() => expect(heard.at(-1)).toBe(before + 1), { interval: 5 });
    }
    let held = 0;
    while (!(await silent.read()).done) held++;
    expect(held).toBe(16);
    events.end();
    await Promise.all(reading);
  });

  test('followers are bounded, and those who leave make room', async () => {
    const { rig } = await open();
    const streams = await Promise.all(Array.from({ length: 20 }, () => follow(rig, stranger)));
    expect((await rig.as(stranger, '/api/plugins/events')).status).toBe(429);
    expect((await follow(rig, staff)).status).toBe(200);
    await streams[0]?.cancel();
    await vi.waitFor(async () => expect((await follow(rig, stranger)).status).toBe(200));
  });
});
