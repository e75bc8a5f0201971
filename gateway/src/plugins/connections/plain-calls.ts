/** Calls of the kind `http`: passed on as they are, both bodies streamed, with the key added at the door. */
import { Readable } from 'node:stream';
import type { ConnectionOptions } from '@berth/plugin-kit/contract/wire/connections.ts';
import { egressFailureOf, type Egress } from './egress.client.ts';
import { failureProblem, type FailureOutcome } from './failure.rules.ts';
import { joined } from './providers.rules.ts';

export type PlainCall = {
  name: string;
  options: ConnectionOptions;
  secret: string | null;
  method: string;
  path: string;
  query: string;
  headers: Headers;
  body: ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
};

/** What a container may say, and what it hears: nothing that is about the connection itself, or a cookie. */
const passedThere = [
  'accept',
  'accept-language',
  'content-type',
  'if-match',
  'if-none-match',
  'range',
  'prefer',
];
const passedBack = [
  'content-type',
  'content-encoding',
  'content-disposition',
  'content-range',
  'accept-ranges',
  'etag',
  'last-modified',
  'link',
  'retry-after',
];

/** @throws Problem 502, 504 in place of an answer */
export async function callPlain(
  egress: Egress,
  call: PlainCall,
  onOutcome: (outcome: 'ok' | FailureOutcome) => void,
): Promise<Response> {
  const { options, method, signal } = call;
  const url = joined(options.url, call.path);
  url.search = call.query;
  try {
    const answer = await egress.send({
      url,
      method,
      headers: headersOf(call),
      body: call.body && Readable.from(piecesOf(call.body)),
      isLocal: options.is_local,
      timeoutMs: options.limits.timeout_seconds * 1000,
      signal,
    });
    answer.body.once('close', () => onOutcome(answer.body.readableEnded ? 'ok' : 'lost'));
    const headers = only(passedBack, (name) => answer.headers[name] ?? null);
    const isBodyless = method === 'HEAD' || [204, 205, 304].includes(answer.status);
    if (isBodyless) answer.body.resume();
    return new Response(isBodyless ? null : streamOf(answer.body), { status: answer.status, headers });
  } catch (error) {
    const kind = egressFailureOf(error, signal)?.kind;
    onOutcome(kind ?? 'lost');
    throw kind ? failureProblem(call.name, kind, error) : error;
  }
}

function headersOf({ options, secret, headers }: PlainCall): Record<string, string> {
  // Some services refuse what does not say what it is; which container asks is not theirs to know.
  const said = { 'user-agent': 'Berth', ...only(passedThere, (name) => headers.get(name)) };
  if (secret === null || options.auth_header === undefined) return said;
  return {
    ...said,
    [options.auth_header.toLowerCase()]: (options.auth_value ?? '{secret}').replaceAll(
      '{secret}',
      () => secret,
    ),
  };
}

function only(names: readonly string[], valueOf: (name: string) => string | null): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = valueOf(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function streamOf(body: AsyncIterable<Uint8Array> & Readable): ReadableStream<Uint8Array> {
  const reader: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reader.next();
      if (next.done) return controller.close();
      controller.enqueue(next.value);
    },
    cancel() {
      body.destroy();
    },
  });
}
