import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const oidcPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/auth/oidc/:provider/start', audience: 'public' },
  { method: 'GET', path: '/api/auth/oidc/:provider/callback', audience: 'public', audit: 'session.open' },
  { method: 'POST', path: '/api/auth/oidc/:provider/link', audience: 'user', audit: null },
  { method: 'GET', path: '/api/auth/identities', audience: 'user' },
  {
    method: 'DELETE',
    path: '/api/auth/identities/:id',
    audience: 'user',
    owner: 'identity',
    audit: 'identity.unlink',
  },
];
