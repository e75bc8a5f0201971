import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const auditPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/audit', audience: 'superuser' },
  { method: 'GET', path: '/api/admin/audit/export', audience: 'superuser', audit: 'audit.export' },
  { method: 'GET', path: '/api/admin/audit/verify', audience: 'superuser' },
];
