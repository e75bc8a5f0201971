import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const groupsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/groups', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/groups', audience: 'superuser', audit: 'group.create' },
  { method: 'GET', path: '/api/admin/groups/:id', audience: 'superuser' },
  { method: 'PATCH', path: '/api/admin/groups/:id', audience: 'superuser', audit: 'group.change' },
  { method: 'DELETE', path: '/api/admin/groups/:id', audience: 'superuser', audit: 'group.delete' },
  { method: 'GET', path: '/api/admin/groups/:id/members', audience: 'superuser' },
  {
    method: 'POST',
    path: '/api/admin/groups/:id/members',
    audience: 'superuser',
    audit: 'group.members.add',
  },
  {
    method: 'POST',
    path: '/api/admin/groups/:id/members/:user_id',
    audience: 'superuser',
    audit: 'group.members.add',
  },
  {
    method: 'DELETE',
    path: '/api/admin/groups/:id/members/:user_id',
    audience: 'superuser',
    audit: 'group.members.remove',
  },
];
