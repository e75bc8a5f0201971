import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const factorsPolicies: readonly RoutePolicy[] = [
  { method: 'POST', path: '/api/auth/session/second-factor', audience: 'public', withoutCsrfToken: true, audit: 'session.second-factor' },
  { method: 'POST', path: '/api/auth/session/second-factor/passkey-options', audience: 'public', withoutCsrfToken: true, audit: null },
  { method: 'POST', path: '/api/auth/session/passkey', audience: 'public', withoutCsrfToken: true, audit: 'session.open' },
  { method: 'POST', path: '/api/auth/session/passkey-options', audience: 'public', withoutCsrfToken: true, audit: null },
  { method: 'GET', path: '/api/auth/factors', audience: 'user' },
  { method: 'PUT', path: '/api/auth/factors/choice', audience: 'user', audit: 'factor.choose' },
  { method: 'POST', path: '/api/auth/factors/totp', audience: 'user', audit: null },
  { method: 'POST', path: '/api/auth/factors/totp/confirm', audience: 'user', audit: 'factor.totp.enable' },
  { method: 'DELETE', path: '/api/auth/factors/totp', audience: 'user', audit: 'factor.totp.disable' },
  { method: 'POST', path: '/api/auth/factors/recovery-codes', audience: 'user', audit: 'factor.recovery-codes.renew' },
  { method: 'POST', path: '/api/auth/passkeys/options', audience: 'user', audit: null },
  { method: 'POST', path: '/api/auth/passkeys', audience: 'user', audit: 'factor.passkey.add' },
  { method: 'PATCH', path: '/api/auth/passkeys/:id', audience: 'user', owner: 'passkey', audit: 'factor.passkey.rename' },
  { method: 'DELETE', path: '/api/auth/passkeys/:id', audience: 'user', owner: 'passkey', audit: 'factor.passkey.remove' },
  { method: 'GET', path: '/api/admin/users/:id/factors', audience: 'superuser' },
  { method: 'DELETE', path: '/api/admin/users/:id/factors', audience: 'superuser', audit: 'factor.reset' },
];
