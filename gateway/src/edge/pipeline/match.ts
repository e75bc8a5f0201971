/** Raw request target → which plugin's address it is. No URL object: decided on the bytes as they came. */
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import type { Address } from '#edge/http/address.types.ts';

const apiRoot = '/api/';
const pluginsRoot = '/api/plugins/';
const uiRoot = '/apps/';
/** A mount has at most this many segments below `/api`. */
const maxMountDepth = 4;

/** @returns `null` when the target is the gateway's own, or the shell's. Whole segments are compared. */
export function findAddress(rawUrl: string, mounts: Snapshot['mounts']): Address | null {
  if (rawUrl.charCodeAt(0) !== 47 || rawUrl.charCodeAt(1) === 47)
    return { kind: 'nowhere', pluginId: '', prefix: '', rest: rawUrl, query: '' };
  const mark = rawUrl.indexOf('?');
  const path = mark < 0 ? rawUrl : rawUrl.slice(0, mark);
  const query = mark < 0 ? '' : rawUrl.slice(mark);
  if (path.startsWith(pluginsRoot)) return apiAddress(path, query);
  if (path.startsWith(apiRoot)) return mounts.size === 0 ? null : mountAddress(path, query, mounts);
  if (path.startsWith(uiRoot) && path.length > uiRoot.length) return uiAddress(path, query);
  return null;
}

function apiAddress(path: string, query: string): Address | null {
  const idEnd = path.indexOf('/', pluginsRoot.length);
  if (idEnd < 0 || !path.startsWith('app', idEnd + 1)) return null;
  const end = idEnd + 4;
  if (path.length > end && path.charCodeAt(end) !== 47) return null;
  return {
    kind: 'api',
    pluginId: path.slice(pluginsRoot.length, idEnd),
    prefix: path.slice(0, end),
    rest: path.slice(end),
    query,
  };
}

function mountAddress(path: string, query: string, mounts: Snapshot['mounts']): Address | null {
  let end = apiRoot.length - 1;
  for (let depth = 0; depth < maxMountDepth; depth++) {
    end = path.indexOf('/', end + 1);
    const prefix = end < 0 ? path : path.slice(0, end);
    const pluginId = mounts.get(prefix);
    if (pluginId !== undefined)
      return { kind: 'mount', pluginId, prefix, rest: path.slice(prefix.length), query };
    if (end < 0) return null;
  }
  return null;
}

function uiAddress(path: string, query: string): Address {
  const idEnd = path.indexOf('/', uiRoot.length);
  const end = idEnd < 0 ? path.length : idEnd;
  return {
    kind: 'ui',
    pluginId: path.slice(uiRoot.length, end),
    prefix: path.slice(0, end),
    rest: path.slice(end),
    query,
  };
}
