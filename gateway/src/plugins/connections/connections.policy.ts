import type { RoutePolicy } from '#identity/access/route-policy.ts';

const superuser = { audience: 'superuser' } as const;

export const connectionsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/connections', ...superuser },
  { method: 'POST', path: '/api/admin/connections', ...superuser, audit: 'connection.create' },
  { method: 'GET', path: '/api/admin/connections/usage', ...superuser },
  { method: 'GET', path: '/api/admin/connections/:id', ...superuser },
  { method: 'PATCH', path: '/api/admin/connections/:id', ...superuser, audit: 'connection.update' },
  { method: 'DELETE', path: '/api/admin/connections/:id', ...superuser, audit: 'connection.remove' },
  { method: 'POST', path: '/api/admin/connections/:id/test', ...superuser, audit: 'connection.test' },
  {
    method: 'PUT',
    path: '/api/admin/plugins/:id/connections/:name',
    ...superuser,
    audit: 'connection.bind',
  },
  { method: 'GET', path: '/api/settings/ai', ...superuser },
  { method: 'PATCH', path: '/api/settings/ai', ...superuser, audit: 'connection.update' },
  { method: 'POST', path: '/api/settings/ai/test', ...superuser, audit: 'connection.test' },
];
