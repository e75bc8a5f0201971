import { type Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import { describe, expect, test } from 'vitest';
import {
  initialState,
  stepOf,
  wantedIcon,
  type ContainerState,
  type Facts,
  type Step,
} from './container.rules.ts';
import type { Admission, Probe } from './discovery.types.ts';
import { rememberedPlugin } from './remembered.rules.ts';

const intervalMs = 30_000;
const facts: Facts = {
  approving: 'auto',
  groupPins: new Map(),
  refusedWishes: new Set(),
  at: 1000,
  intervalMs,
};
const service = {
  id: 'notes',
  origin: 'http://127.0.0.1:1',
  source: 'file' as const,
  approving: 'auto' as const,
};
const record = {
  id: 'notes',
  isEnabled: true,
  groupPins: new Map<string, string>(),
  refusedWishes: new Set<string>(),
  admitted: null,
};
const fresh = () => rememberedPlugin(service, record, 0);
const down: Probe = { isUp: false, failure: { stage: 'connect', message: 'nothing listens there' } };
const up: Probe = {
  isUp: true,
  status: 'ok',
  detail: null,
  manifest: { kind: 'bytes', bytes: Buffer.from('{}'), etag: '"1"' },
};

function manifestOf(over: object = {}): Manifest {
  const reading = readManifest({
    manifest_version: '1.0',
    id: 'notes',
    name: 'Notes',
    version: '1.0.0',
    ...over,
  });
  if (!reading.ok) throw new Error(JSON.stringify(reading));
  return reading.manifest;
}

function checked(before: Step, probe: Probe, admission: Admission | null, over: Partial<Facts> = {}): Step {
  const event = { kind: 'checked', probe, admission, hash: 'hash', random: 0.5 } as const;
  return stepOf(before.state, before.plugin, event, { ...facts, ...over });
}

const good = (over?: object): Admission => ({ ok: true, manifest: manifestOf(over), unknownFields: [] });
const start = (state: ContainerState = initialState): Step => ({ state, plugin: fresh() });

describe('B: what a check makes of a container', () => {
  test('a good manifest serves, and the next check is due after the interval', () => {
    const { state, plugin, waitMs } = checked(start(), up, good());
    expect(plugin).toMatchObject({ state: 'online', admitted: { etag: '"1"' } });
    expect(state).toMatchObject({ failures: 0, readHash: 'hash', readEtag: '"1"' });
    expect(waitMs).toBe(intervalMs);
  });

  test('a container that does not answer is asked again soon, then seldom, and falls are counted only from up to down', () => {
    let step = checked(start(), up, good());
    const waits = [1, 2, 3].map(() => {
      step = checked(step, down, null);
      return step.waitMs;
    });
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(step.plugin.state).toBe('offline');
    expect(step.state.falls).toHaveLength(1);
  });

  test('the same words under another ETag are no news, and a bad manifest leaves the last good one serving', () => {
    const first = checked(start(), up, good());
    const again = checked(first, up, good(), { at: 2000 });
    expect(again.plugin.admitted).toMatchObject({ admittedAt: 1000 });
    const bad: Admission = { ok: false, reason: 'invalid', stage: 'manifest', errors: [] };
    const after = checked(again, up, bad);
    expect(after.plugin.admitted?.manifest).toBe(again.plugin.admitted?.manifest);
    expect(after.state).toMatchObject({ readHash: null, readEtag: null });
  });

  test('a gateway that is busy forgets nothing of what was read', () => {
    const first = checked(start(), up, good());
    const { state } = checked(first, up, { ok: false, reason: 'busy' });
    expect(state).toMatchObject({ readHash: 'hash', readEtag: '"1"', failures: 1 });
  });

  test('E: where a first manifest has to wait it serves nothing until it is approved, and a refused wish does not wait again', () => {
    const waits = checked(start(), up, good(), { approving: 'first' });
    expect(waits.plugin).toMatchObject({ state: 'awaiting_approval', admitted: null });
    const { offer } = waits.state;
    if (!offer) throw new Error('nothing waits');
    const approved = stepOf(waits.state, waits.plugin, { kind: 'approved', offer }, facts);
    expect(approved.state.offer).toBeNull();
    expect(approved.plugin.admitted?.manifest).toBe(offer.manifest);
    const refused = checked(start(), up, good(), {
      approving: 'first',
      refusedWishes: new Set([offer.wish]),
    });
    expect(refused.plugin).toMatchObject({ state: 'rejected', admitted: null });
    expect(refused.plugin.waiting).toBeUndefined();
  });
});

test('an icon is wanted once for each manifest; a container that fails for a while keeps the icon that it had', () => {
  const served = checked(start(), up, good({ icon: 'icon.svg' }));
  expect(wantedIcon(served.state, served.plugin)).toBe('/icon.svg');
  const busy = { ok: false, reason: 'it answered 503', isFinal: false } as const;
  const later = stepOf(served.state, served.plugin, { kind: 'icon-fetched', answer: busy }, facts);
  expect(wantedIcon(later.state, later.plugin)).toBe('/icon.svg');
  const none = { ok: false, reason: 'it answered 404', isFinal: true } as const;
  const settled = stepOf(later.state, later.plugin, { kind: 'icon-fetched', answer: none }, facts);
  expect(wantedIcon(settled.state, settled.plugin)).toBeNull();
  expect(settled.plugin.admitted?.iconFault).toBe('it answered 404');
});

test('a plugin that is switched off rests, whatever was found of it', () => {
  const served = checked(start(), up, good());
  const { plugin } = stepOf(served.state, served.plugin, { kind: 'switched', isEnabled: false }, facts);
  expect(plugin).toMatchObject({ state: 'disabled', nextPollAt: null });
});
