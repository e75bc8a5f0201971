/** Who may ask what of the plugins. What somebody sees of each is decided by the plugin's own rule. */
import type { RoutePolicy } from '#identity/access/route-policy.ts';

export const pluginsPolicies: RoutePolicy[] = [
  { method: 'GET', path: '/api/plugins', audience: 'user' },
  { method: 'GET', path: '/api/plugins/events', audience: 'user' },
  { method: 'GET', path: '/api/plugins/:id/manifest', audience: 'user' },
  { method: 'GET', path: '/api/plugins/:id/icon', audience: 'user' },
  { method: 'GET', path: '/api/plugins/:id/settings', audience: 'user' },
  { method: 'PATCH', path: '/api/plugins/:id/settings', audience: 'user', audit: 'plugin.settings.change' },
  { method: 'GET', path: '/api/plugins/:id/settings/history', audience: 'user' },
  // A check changes nothing: the draft stays with its author.
  { method: 'POST', path: '/api/plugins/:id/settings/check', audience: 'user', audit: null },
  { method: 'GET', path: '/api/plugins/:id/choices', audience: 'user' },
  { method: 'POST', path: '/api/plugins/:id/actions/:action', audience: 'user', audit: 'plugin.action.run' },
  { method: 'POST', path: '/api/plugins/:id/frame-token', audience: 'user', audit: null },
  { method: 'GET', path: '/api/plugins/:id/badges', audience: 'user' },
  { method: 'GET', path: '/api/plugins/:id/search', audience: 'user' },
  { method: 'GET', path: '/api/plugins/:id/widgets/:widgetId', audience: 'user' },
  { method: 'GET', path: '/api/services', audience: 'user' },
  { method: 'GET', path: '/api/admin/plugins', audience: 'superuser' },
  { method: 'POST', path: '/api/admin/plugins/:id/refresh', audience: 'superuser', audit: null },
  { method: 'POST', path: '/api/admin/plugins/:id/approve', audience: 'superuser', audit: 'plugin.approve' },
  { method: 'POST', path: '/api/admin/plugins/:id/reject', audience: 'superuser', audit: 'plugin.reject' },
  { method: 'PATCH', path: '/api/admin/plugins/:id', audience: 'superuser', audit: 'plugin.switch' },
];
