/** Speaks with a container about its settings. Nothing that it says reaches anybody unread. */
import { identityHeaders } from '@berth/plugin-kit/contract/identity.ts';
import { isObject, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Dispatcher } from 'undici';
import type { Principal } from '#access/principal.ts';
import { requestBounded, type BoundedAnswer, type RequestFailure } from '#platform/bounded-request.ts';
import type { CompiledPlugin } from '../registry/snapshot.ts';
import { readGuardedJson } from '../schema/guarded-json.rules.ts';

export type SettingsAnswer =
  | { kind: 'settings'; settings: JsonObject; etag: string | null }
  | { kind: 'stale' }
  /** `errors` as the container sent them: not to be shown as they are. */
  | { kind: 'refused'; errors: unknown }
  | { kind: 'failed'; reason: RequestFailure['reason'] | 'unavailable' | 'not-served' | 'nonsense'; status: number | null };

const path = '/plugin/settings';
const maxBytes = 1024 * 1024;
const timeoutMs = 10_000;

export async function getSettings(dispatcher: Dispatcher, identity: Record<string, string>): Promise<SettingsAnswer> {
  const answer = await requestBounded(dispatcher, { method: 'GET', path, headers: { ...identity, accept: 'application/json' }, timeoutMs, maxBytes });
  return readAnswer(answer);
}

/** @param ifMatch as the caller sent it */
export async function patchSettings(
  dispatcher: Dispatcher,
  identity: Record<string, string>,
  patch: JsonObject,
  ifMatch: string | null,
): Promise<SettingsAnswer> {
  const headers = {
    ...identity,
    accept: 'application/json',
    'content-type': 'application/merge-patch+json',
    ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
  };
  const answer = await requestBounded(dispatcher, { method: 'PATCH', path, headers, body: JSON.stringify(patch), timeoutMs, maxBytes });
  if (answer.ok && answer.status === 204) return getSettings(dispatcher, identity);
  return readAnswer(answer);
}

/** Who is asking, as the container may know it: the id always, more as its manifest claims. */
export function identityFor(who: Principal, { claims, namedGroupIds }: CompiledPlugin, assertion: string): Record<string, string> {
  const groups = [...who.groupIds].filter((id) => namedGroupIds.has(id)).flatMap((id) => who.groupNames.get(id) ?? []);
  return {
    [identityHeaders.userId]: who.userId,
    [identityHeaders.assertion]: assertion,
    ...(claims.has('email') ? { [identityHeaders.email]: headerText(who.email) } : {}),
    ...(claims.has('name') ? { [identityHeaders.name]: encodeURIComponent(who.name.toWellFormed()) } : {}),
    ...(claims.has('groups') ? { [identityHeaders.groups]: headerJson(groups) } : {}),
    ...(claims.has('superuser') ? { [identityHeaders.superuser]: String(who.isSuperuser) } : {}),
  };
}

function headerText(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

/** JSON in ASCII: everything else by its escape. */
function headerJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function readAnswer(answer: BoundedAnswer): SettingsAnswer {
  if (!answer.ok) return { kind: 'failed', reason: answer.reason, status: null };
  const { status, headers, body } = answer;
  const json = readGuardedJson(body);
  const content = json.ok && isObject(json.value) ? json.value : null;
  if (status === 200 && content) return { kind: 'settings', settings: content, etag: etagOf(headers['etag']) };
  if (status === 412) return { kind: 'stale' };
  if (status === 400 || status === 422) return { kind: 'refused', errors: content?.['errors'] };
  if (status === 503) return { kind: 'failed', reason: 'unavailable', status };
  return { kind: 'failed', reason: status === 404 || status === 405 || status === 501 ? 'not-served' : 'nonsense', status };
}

function etagOf(etag: string | undefined): string | null {
  return etag !== undefined && /^(?:W\/)?"[\u0021\u0023-\u007e]{0,200}"$/.test(etag) ? etag : null;
}
