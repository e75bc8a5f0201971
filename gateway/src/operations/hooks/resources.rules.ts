/** Which resource a route of the gateway's own is about. Pure. */
import type { ResourceAction, ResourceKind, ResourceRef } from '@berth/plugin-kit/hooks/hooks.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';

/** Where things of a kind are: the list, and below it each of them. */
const places: readonly { path: string; kind: ResourceKind }[] = [
  { path: '/api/plugins', kind: 'extension' },
  { path: '/api/services', kind: 'extension' },
  { path: '/api/admin/plugins', kind: 'extension' },
  { path: '/api/admin/workspaces', kind: 'workspace' },
  { path: '/api/orgs/:org/workspaces', kind: 'workspace' },
  { path: '/api/auth/keys', kind: 'api-key' },
  { path: '/api/admin/groups', kind: 'group' },
  { path: '/api/admin/connections', kind: 'connection' },
  { path: '/api/settings/ai', kind: 'connection' },
];

/** Kinds of which single things are made and deleted through the API. */
export type RegisteredKind = 'api-key' | 'group' | 'connection' | 'workspace';

const registeredKinds: ReadonlySet<string> = new Set(['api-key', 'group', 'connection', 'workspace']);

type Row = Pick<RoutePolicy, 'method' | 'path' | 'audience'>;

/** @returns `null` for routes about nothing but the caller's own account, and for public ones */
export function questionOf(
  row: Row,
  params: Readonly<Record<string, string>>,
): { ref: ResourceRef; action: ResourceAction } | null {
  if (row.audience === 'public') return null;
  const place = placeOf(row);
  const action = actionOf(row);
  const metadata = { method: row.method, route: row.path };
  if (place) {
    const below = row.path.slice(place.path.length);
    const id = below.startsWith('/:id') ? (params['id'] ?? null) : null;
    return { ref: { kind: place.kind, id, metadata }, action };
  }
  return row.audience === 'user' ? null : { ref: { kind: 'system', id: null, metadata }, action };
}

/** @returns the kind of the things in the answer's `items`; `null`: the route is no such list */
export function listedKind(row: Row): ResourceKind | null {
  const place = placeOf(row);
  return row.method === 'GET' && place?.path === row.path && row.path !== '/api/settings/ai'
    ? place.kind
    : null;
}

/** @returns the kind of the one thing that the route makes; the answer's `id` names it */
export function madeKind(row: Row): RegisteredKind | null {
  const place = placeOf(row);
  return row.method === 'POST' && place?.path === row.path ? registered(place.kind) : null;
}

/** @returns the kind of the one thing that the route deletes */
export function deletedKind(row: Row): RegisteredKind | null {
  const place = placeOf(row);
  return row.method === 'DELETE' && place && row.path === `${place.path}/:id` ? registered(place.kind) : null;
}

function registered(kind: ResourceKind): RegisteredKind | null {
  return isRegistered(kind) ? kind : null;
}

function isRegistered(kind: ResourceKind): kind is RegisteredKind {
  return registeredKinds.has(kind);
}

function placeOf({ path }: Row) {
  return places.find((place) => path === place.path || path.startsWith(`${place.path}/`));
}

function actionOf({ method, audience }: Row): ResourceAction {
  if (method === 'GET') return 'read';
  return audience === 'user' ? 'write' : 'admin';
}
