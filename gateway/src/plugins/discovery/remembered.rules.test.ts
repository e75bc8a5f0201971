import { type ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import { expect, test } from 'vitest';
import { manifestOf } from '@berth/testing/fake-container.ts';
import type { Service } from '../registry/service.types.ts';
import { rememberedPlugin } from './remembered.rules.ts';

const service: Service = { id: 'hello', origin: 'http://hello', source: 'environment', approving: 'auto' };

type Route = NonNullable<ManifestInput['routes']>[number];

test.each<[string, Route, string | null]>([
  [
    'a stream with a minute is fetched anew: that may be the former default',
    { path: '/x', stream: 'sse' },
    null,
  ],
  ['a plain route with a minute is not', { path: '/x', stream: 'none' }, '"1"'],
])('P15: of what is remembered, %s', (_name, route, etag) => {
  const reading = readManifest(
    manifestOf('hello', { routes: [{ ...route, limits: { idle_timeout_ms: 60_000 } }] }),
  );
  if (!reading.ok) throw new Error('the manifest is wrong');
  const admitted = { manifest: reading.manifest, etag: '"1"', origin: 'http://hello', admittedAt: 0 };
  const record = {
    id: 'hello',
    isEnabled: true,
    admitted,
    groupPins: new Map(),
    refusedWishes: new Set<string>(),
  };
  expect(rememberedPlugin(service, record, 0).admitted?.etag).toBe(etag);
});
