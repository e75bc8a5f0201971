import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const keysPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/.well-known/jwks.json', audience: 'public', anyHost: true },
];
