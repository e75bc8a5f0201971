/** `POST /plugin/actions/{id}` of a container. Nothing that it says reaches a page unread. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say, type Say } from '@berth/plugin-kit/contract/say.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Dispatcher } from 'undici';
import { requestBounded } from '#platform/bounded-request.ts';
import { failureOf } from '#platform/upstream/failure.ts';
import { failureProblem } from '#platform/upstream/failure-words.ts';
import { readGuardedJson } from '../schema/guarded-json.rules.ts';
import { brokenOff, endOf, eventText, failedWith, plain, readEvent } from './action-events.rules.ts';
import type { ActionCall, ActionCaller, ActionEnd } from './actions.types.ts';

const runTimeoutMs = 60_000;
const maxBytes = 1024 * 1024;
/** Between two events. */
const idleTimeoutMs = 3_600_000;
const maxEventCharacters = 64 * 1024;

export function actionCaller(dispatcher: Dispatcher): ActionCaller {
  return {
    async run(call) {
      const answer = await requestBounded(dispatcher, {
        ...requestOf(call, 'application/json'),
        timeoutMs: runTimeoutMs,
        maxBytes,
        signal: call.signal,
      });
      if (!answer.ok) {
        if (answer.failure === 'too-large')
          throw new Problem('bad-gateway', { detail: 'The extension answered with more than 1 MiB.' });
        throw failureProblem(answer.failure, 'The extension');
      }
      if (answer.status >= 300) throw refusalOf(answer.status, valueIn(answer.body));
      return endOf(valueIn(answer.body));
    },
    async follow(call) {
      const { statusCode, body, headers } = await open(dispatcher, call);
      if (statusCode >= 300) throw refusalOf(statusCode, await smallValue(body));
      const type = String(headers['content-type'] ?? '');
      if (!type.startsWith('text/event-stream')) {
        const end = endOf(await smallValue(body));
        return { events: oneEvent(end, call.say), end: Promise.resolve(end) };
      }
      return passed(body, call.say);
    },
  };
}

type Body = Dispatcher.ResponseData['body'];

function requestOf({ actionId, identity, input }: ActionCall, accept: string) {
  return {
    method: 'POST' as const,
    path: `/plugin/actions/${actionId}`,
    headers: { ...identity, accept, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  };
}

async function open(dispatcher: Dispatcher, call: ActionCall): Promise<Dispatcher.ResponseData> {
  try {
    return await dispatcher.request({
      ...requestOf(call, 'text/event-stream, application/json'),
      headersTimeout: runTimeoutMs,
      bodyTimeout: idleTimeoutMs,
      signal: call.signal,
    });
  } catch (error) {
    const failure = failureOf(error);
    if (failure) throw failureProblem(failure, 'The extension');
    throw error;
  }
}

/** Each event is read and written anew; the last one tells how it went, and ends the stream. */
function passed(body: Body, told: Say): { events: ReadableStream<Uint8Array>; end: Promise<ActionEnd> } {
  const encoder = new TextEncoder();
  const ended = Promise.withResolvers<ActionEnd>();
  const blocks = blocksOf(body);
  const events = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const next = await blocks.next().catch(() => ({ done: true as const, value: undefined }));
        const event = next.done === true ? ({ kind: 'end', end: brokenOff } as const) : readEvent(next.value);
        if (!event) continue;
        controller.enqueue(encoder.encode(eventText(event, told)));
        if (event.kind === 'progress') return;
        ended.resolve(event.end);
        controller.close();
        body.destroy();
        return;
      }
    },
    cancel() {
      ended.resolve({ ...brokenOff, message: 'The page went away before the extension said how it went.' });
      body.destroy();
    },
  });
  return { events, end: ended.promise };
}

async function* blocksOf(body: Body): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? '';
    if (rest.length > maxEventCharacters) return;
    yield* blocks;
  }
}

function oneEvent(end: ActionEnd, told: Say): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(eventText({ kind: 'end', end }, told)));
      controller.close();
    },
  });
}

async function smallValue(body: Body): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      body.destroy();
      return null;
    }
    chunks.push(chunk);
  }
  return valueIn(Buffer.concat(chunks));
}

function valueIn(body: Buffer): unknown {
  const json = readGuardedJson(body);
  return json.ok ? json.value : null;
}

/** The container's own no, as far as it can be told. */
function refusalOf(status: number, problem: unknown): Problem {
  const { message } = failedWith(problem);
  if (status === 422) {
    const errors = isObject(problem) && Array.isArray(problem['errors']) ? problem['errors'] : [];
    return new Problem('invalid', { detail: message, errors: errors.slice(0, 50).flatMap(fieldError) });
  }
  if (status === 409) return new Problem('conflict', { detail: message });
  if (status === 403) return new Problem('not-allowed', { detail: message });
  if (status === 404 || status === 405 || status === 501)
    return new Problem('bad-gateway', { detail: 'The extension lists this action and does not answer it.' });
  if (status === 503) return new Problem('unavailable', { detail: message, headers: { 'retry-after': '5' } });
  return new Problem('bad-gateway', { detail: say`The extension answered ${status}. ${message}` });
}

function fieldError(error: unknown): { pointer: string; detail: string }[] {
  if (!isObject(error)) return [];
  const { pointer, detail } = error;
  if (typeof pointer !== 'string' || pointer.length > 1024) return [];
  return [{ pointer, detail: typeof detail === 'string' ? plain(detail).slice(0, 300) : 'is not accepted' }];
}
