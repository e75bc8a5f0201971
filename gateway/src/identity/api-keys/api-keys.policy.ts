import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const apiKeysPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/auth/keys', audience: 'user' },
  { method: 'POST', path: '/api/auth/keys', audience: 'user', audit: 'api-key.create' },
  {
    method: 'DELETE',
    path: '/api/auth/keys/:id',
    audience: 'user',
    owner: 'api-key',
    audit: 'api-key.revoke',
  },
];
