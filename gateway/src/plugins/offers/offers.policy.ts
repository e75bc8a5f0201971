import type { RoutePolicy } from '#identity/access/route-policy.ts';

const superuser = { audience: 'superuser' } as const;

export const offersPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/catalogue', ...superuser },
  { method: 'POST', path: '/api/admin/catalogue/refresh', ...superuser, audit: null },
  { method: 'POST', path: '/api/admin/catalogue/preview', ...superuser, audit: null },
  { method: 'POST', path: '/api/admin/catalogue/add', ...superuser, audit: 'plugin.add' },
  { method: 'GET', path: '/api/admin/services', ...superuser },
  { method: 'POST', path: '/api/admin/services', ...superuser, audit: 'plugin.add' },
  { method: 'PUT', path: '/api/admin/services/:id', ...superuser, audit: 'plugin.address' },
  { method: 'DELETE', path: '/api/admin/services/:id', ...superuser, audit: 'plugin.remove' },
];
