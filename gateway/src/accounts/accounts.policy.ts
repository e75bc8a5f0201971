import type { RoutePolicy } from '#access/route-policy.ts';

export const accountsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/auth/setup', audience: 'public' },
  { method: 'POST', path: '/api/auth/setup', audience: 'public', withoutCsrfToken: true },
  { method: 'GET', path: '/api/auth/options', audience: 'public' },
  { method: 'POST', path: '/api/auth/register', audience: 'public', withoutCsrfToken: true },
  { method: 'POST', path: '/api/auth/login', audience: 'public', withoutCsrfToken: true },
  { method: 'POST', path: '/api/auth/session', audience: 'public', withoutCsrfToken: true },
  { method: 'GET', path: '/api/auth/session', audience: 'user' },
  { method: 'DELETE', path: '/api/auth/session', audience: 'user' },
  { method: 'GET', path: '/api/auth/sessions', audience: 'user' },
  { method: 'DELETE', path: '/api/auth/sessions/:id', audience: 'user', owner: 'session' },
  { method: 'POST', path: '/api/auth/password', audience: 'user' },
  { method: 'GET', path: '/api/users/me', audience: 'user' },
  { method: 'GET', path: '/api/profile', audience: 'user' },
  { method: 'PUT', path: '/api/profile', audience: 'user' },
  { method: 'GET', path: '/api/admin/users', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/users', audience: 'superuser' },
  { method: 'PATCH', path: '/api/admin/users/:id', audience: 'superuser' },
];
