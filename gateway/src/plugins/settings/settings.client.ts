/** Speaks with a container about its settings. Nothing that it says reaches anybody unread. */
import { stringifyJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Dispatcher } from 'undici';
import { requestBounded, type BoundedAnswer } from '#platform/bounded-request.ts';
import { readExactJson } from '../schema/guarded-json.rules.ts';
import type { SettingsAnswer, SettingsKeeper } from './settings.types.ts';

const path = '/plugin/settings';
const maxBytes = 1024 * 1024;
const timeoutMs = 10_000;

export function settingsKeeper(dispatcher: Dispatcher): SettingsKeeper {
  const get: SettingsKeeper['get'] = async (identity) =>
    readAnswer(
      await requestBounded(dispatcher, {
        method: 'GET',
        path,
        headers: { ...identity, accept: 'application/json' },
        timeoutMs,
        maxBytes,
      }),
    );
  return {
    get,
    patch: async (identity, patch, ifMatch) => {
      const headers = {
        ...identity,
        accept: 'application/json',
        'content-type': patch.type,
        ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
      };
      const answer = await requestBounded(dispatcher, {
        method: 'PATCH',
        path,
        headers,
        body: stringifyJson(patch.body),
        timeoutMs,
        maxBytes,
      });
      return answer.ok && answer.status === 204 ? get(identity) : readAnswer(answer);
    },
  };
}

function readAnswer(answer: BoundedAnswer): SettingsAnswer {
  if (!answer.ok) return { kind: 'failed', reason: answer.failure, status: null };
  const { status, headers, body } = answer;
  const json = readExactJson(body);
  const content = json.ok && isObject(json.value) ? json.value : null;
  if (status === 200 && content)
    return { kind: 'settings', settings: content, etag: etagOf(headers['etag']) };
  if (status === 412) return { kind: 'stale' };
  if (status === 400 || status === 422) return { kind: 'refused', errors: content?.['errors'] };
  if (status === 503) return { kind: 'failed', reason: 'unavailable', status };
  return {
    kind: 'failed',
    reason: status === 404 || status === 405 || status === 501 ? 'not-served' : 'nonsense',
    status,
  };
}

function etagOf(etag: string | undefined): string | null {
  return etag !== undefined && /^(?:W\/)?"[\u0021\u0023-\u007e]{0,200}"$/.test(etag) ? etag : null;
}
