/** The routes by which other programs hand documents in, with the keys that such programs can send. */
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { davMethods } from './dav.routes.ts';

type Route = NonNullable<ManifestInput['routes']>[number];
const everybody = { any_user: true, allow_superuser: true };

/** @param limits of a request that carries a whole file */
export function routesOfArrivals(limits: NonNullable<Route['limits']>): Route[] {
  return [
    {
      path: '/documents/post_document',
      methods: ['POST'],
      access: everybody,
      key_schemes: ['token'],
      limits,
    },
    {
      path: '/documents/dav/**',
      methods: ['PUT'],
      access: everybody,
      key_schemes: ['basic'],
      allow_empty_segments: true,
      limits,
    },
    {
      path: '/documents/dav/**',
      methods: [...davMethods],
      access: everybody,
      key_schemes: ['basic'],
      allow_empty_segments: true,
      limits: { max_body_bytes: 64 * 1024, timeout_ms: 30_000, max_concurrent: 32 },
    },
    { path: '/tasks', methods: ['GET', 'HEAD'], access: everybody, key_schemes: ['token'] },
  ];
}
