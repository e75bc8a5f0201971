import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const mailPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/mail', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/mail/:id/retry', audience: 'superuser', audit: 'mail.retry' },
];
