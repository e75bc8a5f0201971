import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const grantsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/plugins/:id/grants', audience: 'superuser' },
  { method: 'PUT', path: '/api/admin/plugins/:id/grants', audience: 'superuser', audit: 'plugin.grant.set' },
  {
    method: 'DELETE',
    path: '/api/admin/plugins/:id/grants/:grant_id',
    audience: 'superuser',
    audit: 'plugin.grant.remove',
  },
  { method: 'GET', path: '/api/admin/plugins/:id/people', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/plugins/:id/access-preview', audience: 'superuser', audit: null },
  { method: 'GET', path: '/api/admin/plugins/:id/why', audience: 'superuser' },
  { method: 'GET', path: '/api/admin/users/:id/access', audience: 'superuser' },
  { method: 'GET', path: '/api/admin/group-access', audience: 'superuser' },
  {
    method: 'POST',
    path: '/api/plugins/:id/access-requests',
    audience: 'user',
    audit: 'access-request.open',
  },
  { method: 'GET', path: '/api/admin/access-requests', audience: 'plugin-owner' },
  {
    method: 'POST',
    path: '/api/admin/access-requests/:id/approve',
    audience: 'plugin-owner',
    owner: 'access-request',
    audit: 'access-request.approve',
  },
  {
    method: 'POST',
    path: '/api/admin/access-requests/:id/refuse',
    audience: 'plugin-owner',
    owner: 'access-request',
    audit: 'access-request.refuse',
  },
];
