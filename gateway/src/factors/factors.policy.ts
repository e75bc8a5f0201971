import type { RoutePolicy } from '#access/route-policy.ts';

export const factorsPolicies: readonly RoutePolicy[] = [
  { method: 'POST', path: '/api/auth/session/second-factor', audience: 'public', withoutCsrfToken: true },
  { method: 'POST', path: '/api/auth/session/second-factor/passkey-options', audience: 'public', withoutCsrfToken: true },
  { method: 'POST', path: '/api/auth/session/passkey', audience: 'public', withoutCsrfToken: true },
  { method: 'POST', path: '/api/auth/session/passkey-options', audience: 'public', withoutCsrfToken: true },
  { method: 'GET', path: '/api/auth/factors', audience: 'user' },
  { method: 'PUT', path: '/api/auth/factors/choice', audience: 'user' },
  { method: 'POST', path: '/api/auth/factors/totp', audience: 'user' },
  { method: 'POST', path: '/api/auth/factors/totp/confirm', audience: 'user' },
  { method: 'DELETE', path: '/api/auth/factors/totp', audience: 'user' },
  { method: 'POST', path: '/api/auth/factors/recovery-codes', audience: 'user' },
  { method: 'POST', path: '/api/auth/passkeys/options', audience: 'user' },
  { method: 'POST', path: '/api/auth/passkeys', audience: 'user' },
  { method: 'PATCH', path: '/api/auth/passkeys/:id', audience: 'user', owner: 'passkey' },
  { method: 'DELETE', path: '/api/auth/passkeys/:id', audience: 'user', owner: 'passkey' },
  { method: 'GET', path: '/api/admin/users/:id/factors', audience: 'superuser' },
  { method: 'DELETE', path: '/api/admin/users/:id/factors', audience: 'superuser' },
];
