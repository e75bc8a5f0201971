import type { RoutePolicy } from '#identity/access/route-policy.ts';

/** Each person's own; nothing that anybody else could ask about. */
export const notificationsPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/notifications', audience: 'user' },
  { method: 'POST', path: '/api/notifications/read', audience: 'user', audit: null },
  { method: 'DELETE', path: '/api/notifications', audience: 'user', audit: null },
  { method: 'PATCH', path: '/api/notifications/choices', audience: 'user', audit: null },
];
