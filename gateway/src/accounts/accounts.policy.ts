import type { RoutePolicy } from '#access/route-policy.ts';

export const accountsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/auth/setup', audience: 'public' },
  { method: 'POST', path: '/api/auth/setup', audience: 'public', withoutCsrfToken: true, audit: 'setup' },
  { method: 'GET', path: '/api/auth/options', audience: 'public' },
  { method: 'POST', path: '/api/auth/register', audience: 'public', withoutCsrfToken: true, audit: 'account.register' },
  { method: 'POST', path: '/api/auth/login', audience: 'public', withoutCsrfToken: true, audit: 'token.issue' },
  { method: 'POST', path: '/api/auth/token', audience: 'public', withoutCsrfToken: true, audit: null },
  { method: 'POST', path: '/api/auth/session', audience: 'public', withoutCsrfToken: true, audit: 'session.open' },
  { method: 'GET', path: '/api/auth/session', audience: 'user' },
  { method: 'DELETE', path: '/api/auth/session', audience: 'user', audit: 'session.close' },
  { method: 'GET', path: '/api/auth/sessions', audience: 'user' },
  { method: 'DELETE', path: '/api/auth/sessions/:id', audience: 'user', owner: 'session', audit: 'session.revoke' },
  { method: 'POST', path: '/api/auth/password', audience: 'user', audit: 'password.change' },
  { method: 'GET', path: '/api/users/me', audience: 'user' },
  { method: 'GET', path: '/api/profile', audience: 'user' },
  { method: 'PUT', path: '/api/profile', audience: 'user', audit: null },
  { method: 'GET', path: '/api/admin/users', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/users', audience: 'superuser', audit: 'account.create' },
  { method: 'PATCH', path: '/api/admin/users/:id', audience: 'superuser', audit: 'account.change' },
];
