/** One request to somebody else's server, bounded in time and bytes; never follows a redirect, never unpacks. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Dispatcher } from 'undici';
import {
  codeOf,
  ContainerFailure,
  failureOf,
  isStopping,
  kindsBeforeSending,
  type FailureKind,
} from './upstream/failure.ts';
import { briefWords } from './upstream/failure-words.ts';

export type BoundedRequest = {
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** For everything: connecting, head and body. */
  timeoutMs: number;
  maxBytes: number;
  /** Ends the request early. */
  signal?: AbortSignal;
};

export type BoundedAnswer =
  | { ok: true; status: number; headers: Readonly<Record<string, string | undefined>>; body: Buffer }
  | RequestFailure;

/** `too-large`: more came than was to be read. Its message is for an admin and holds nothing that the server said. */
export type RequestFailure =
  | { ok: false; failure: ContainerFailure }
  | { ok: false; failure: 'too-large'; message: string };

/**
 * What was not sent is tried once more, within the same time.
 * @throws what is no container's failure: a bug of ours
 */
export async function requestBounded(
  dispatcher: Dispatcher,
  request: BoundedRequest,
): Promise<BoundedAnswer> {
  const inTime = AbortSignal.timeout(request.timeoutMs);
  const first = await attempt(dispatcher, request, inTime);
  if (first.ok || first.failure === 'too-large' || !mayTryAgain(first.failure.kind)) return first;
  const second = await attempt(dispatcher, request, inTime);
  return inTime.aborted ? first : second;
}

/** What waited in vain for a connection has had its time. */
function mayTryAgain(kind: FailureKind): boolean {
  return kind !== 'connect-timeout' && kindsBeforeSending.has(kind);
}

async function attempt(
  dispatcher: Dispatcher,
  { timeoutMs, maxBytes, ...request }: BoundedRequest,
  inTime: AbortSignal,
): Promise<BoundedAnswer> {
  const signal = request.signal ? AbortSignal.any([inTime, request.signal]) : inTime;
  let hasHead = false;
  try {
    const answer = await dispatcher.request({
      method: request.method,
      path: request.path,
      headers: { ...request.headers, 'accept-encoding': 'identity' },
      body: request.body ?? null,
      signal,
    });
    hasHead = true;
    // A body that nobody reads to its end may still fail; what it has to say is of no interest then.
    answer.body.on('error', () => {});
    const headers = singleHeaders(answer.headers);
    if (Number(headers['content-length'] ?? 0) > maxBytes) {
      answer.body.destroy();
      return tooLarge(maxBytes);
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of answer.body) {
      if (!Buffer.isBuffer(chunk)) continue;
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) {
        answer.body.destroy();
        return tooLarge(maxBytes);
      }
      chunks.push(chunk);
    }
    return { ok: true, status: answer.statusCode, headers, body: Buffer.concat(chunks) };
  } catch (error) {
    if (inTime.aborted) {
      const message = `no complete answer within ${timeoutMs} ms`;
      return {
        ok: false,
        failure: new ContainerFailure(hasHead ? 'body-timeout' : 'head-timeout', message, error),
      };
    }
    if (request.signal?.aborted || isStopping(error))
      return { ok: false, failure: new ContainerFailure('lost', 'the gateway asks no more', error) };
    const failure = failureOf(error);
    if (!failure) throw error;
    return { ok: false, failure };
  }
}

function tooLarge(maxBytes: number): RequestFailure {
  return { ok: false, failure: 'too-large', message: say`the answer is larger than ${maxBytes} bytes` };
}

/** For an admin: what happened, and the system's own word for it. Holds nothing that the server said. */
export function messageOf(failed: RequestFailure): string {
  if (failed.failure === 'too-large') return failed.message;
  const { kind, message } = failed.failure;
  const code = codeOf(failed.failure);
  const words = kind === 'head-timeout' || kind === 'body-timeout' ? message : briefWords(kind);
  return code === '' ? words : `${words} (${code})`;
}

/** Repeated headers are joined as RFC 9110 5.2 says. */
function singleHeaders(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
