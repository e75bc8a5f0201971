/** The routes by which other programs hand documents in, with the keys that such programs can send. */
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

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
    { path: '/tasks', methods: ['GET', 'HEAD'], access: everybody, key_schemes: ['token'] },
  ];
}
