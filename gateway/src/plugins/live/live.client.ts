/** Asks a container for live choices and for its judgement of a draft. */
import { checkAnswer, readChoices } from '@berth/plugin-kit/contract/live.ts';
import { stringifyJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Dispatcher } from 'undici';
import { requestBounded, type BoundedAnswer } from '#platform/bounded-request.ts';
import { readGuardedJson } from '../schema/guarded-json.rules.ts';
import type { LiveAnswer, LiveClient, Verdict } from './live.types.ts';

const choicesTimeoutMs = 10_000;
/** A check may knock at a server far away. */
const checkTimeoutMs = 30_000;
const maxBytes = 256 * 1024;

export function liveClient(dispatcher: Dispatcher): LiveClient {
  return {
    async choices(identity, path, q) {
      const answer = await requestBounded(dispatcher, {
        method: 'GET',
        path: q === '' ? path : `${path}?q=${encodeURIComponent(q)}`,
        headers: { ...identity, accept: 'application/json' },
        timeoutMs: choicesTimeoutMs,
        maxBytes,
      });
      return read(answer, (value) => {
        const found = readChoices(value);
        return found.ok ? { items: found.items, hasMore: found.hasMore } : null;
      });
    },
    async check(identity, path, draft) {
      const answer = await requestBounded(dispatcher, {
        method: 'POST',
        path,
        headers: { ...identity, accept: 'application/json', 'content-type': 'application/json' },
        body: stringifyJson({ settings: draft }),
        timeoutMs: checkTimeoutMs,
        maxBytes,
      });
      return read<Verdict>(answer, (value) => checkAnswer.safeParse(value).data ?? null);
    },
  };
}

function read<Value>(answer: BoundedAnswer, parse: (value: unknown) => Value | null): LiveAnswer<Value> {
  if (!answer.ok) return { kind: 'failed', failure: answer.failure };
  const json = readGuardedJson(answer.body);
  const content = json.ok ? json.value : null;
  const value = answer.status === 200 ? parse(content) : null;
  if (value !== null) return { kind: 'answered', value };
  const errors = isObject(content) ? content['errors'] : undefined;
  return { kind: 'refused', status: answer.status, errors };
}
