import type { RoutePolicy } from '#identity/access/route-policy.ts';

const superuser = { audience: 'superuser' } as const;
/** What a person may do in a workspace is decided by the groups of the workspace. */
const user = { audience: 'user' } as const;
const capability = '/api/admin/capabilities/:plugin/:capability';
const types = '/api/admin/workspace-types';
const workspaces = '/api/admin/workspaces';
const own = '/api/orgs/:org/workspaces';

export const capabilitiesPolicies: readonly RoutePolicy[] = [
  { method: 'GET', path: '/api/admin/capabilities', ...superuser },
  { method: 'PATCH', path: capability, ...superuser, audit: 'capability.change' },
  { method: 'DELETE', path: capability, ...superuser, audit: 'capability.remove' },
  { method: 'GET', path: types, ...superuser },
  { method: 'POST', path: types, ...superuser, audit: 'workspace-type.create' },
  { method: 'GET', path: `${types}/:id`, ...superuser },
  { method: 'PATCH', path: `${types}/:id`, ...superuser, audit: 'workspace-type.update' },
  { method: 'DELETE', path: `${types}/:id`, ...superuser, audit: 'workspace-type.remove' },
  { method: 'GET', path: `${types}/:id/bindings`, ...superuser },
  { method: 'PUT', path: `${types}/:id/bindings`, ...superuser, audit: 'workspace-type.bind' },
  { method: 'GET', path: workspaces, ...superuser },
  { method: 'POST', path: workspaces, ...superuser, audit: 'workspace.create' },
  { method: 'GET', path: `${workspaces}/:id`, ...superuser },
  { method: 'PATCH', path: `${workspaces}/:id`, ...superuser, audit: 'workspace.update' },
  { method: 'DELETE', path: `${workspaces}/:id`, ...superuser, audit: 'workspace.remove' },
  { method: 'GET', path: `${workspaces}/:id/bindings`, ...superuser },
  { method: 'PUT', path: `${workspaces}/:id/bindings`, ...superuser, audit: 'workspace.bind' },
  { method: 'GET', path: own, ...user },
  { method: 'GET', path: `${own}/:id`, ...user },
  { method: 'GET', path: `${own}/:id/configuration`, ...user },
  {
    method: 'POST',
    path: `${own}/:id/configuration/values:fetch`,
    ...user,
    audit: 'configuration.reveal',
  },
  { method: 'PUT', path: `${own}/:id/configuration/keys/:key`, ...user, audit: 'configuration.set' },
  { method: 'DELETE', path: `${own}/:id/configuration/keys/:key`, ...user, audit: 'configuration.delete' },
  { method: 'GET', path: `${own}/:id/logs`, ...user },
  { method: 'GET', path: `${own}/:id/logs/schema`, ...user },
  { method: 'GET', path: `${own}/:id/logs/tail`, ...user },
  { method: 'GET', path: `${own}/:id/documents`, ...user },
  { method: 'GET', path: `${own}/:id/documents/read`, ...user },
  { method: 'GET', path: `${own}/:id/identity/people`, ...user },
  { method: 'GET', path: `${own}/:id/identity/groups`, ...user },
];
