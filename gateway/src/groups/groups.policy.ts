import type { RoutePolicy } from '#access/route-policy.ts';

export const groupsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/groups', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/groups', audience: 'superuser' },
  { method: 'PATCH', path: '/api/admin/groups/:id', audience: 'superuser' },
  { method: 'DELETE', path: '/api/admin/groups/:id', audience: 'superuser' },
  { method: 'GET', path: '/api/admin/groups/:id/members', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/groups/:id/members', audience: 'superuser' },
  { method: 'DELETE', path: '/api/admin/groups/:id/members/:user_id', audience: 'superuser' },
];
