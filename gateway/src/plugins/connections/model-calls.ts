/** Calls of the kinds `ai.chat` and `ai.embeddings`: asked in the OpenAI-compatible form, whichever provider answers. */
import { usageHeader } from '@berth/plugin-kit/contract/connections.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { ConnectionOptions } from '@berth/plugin-kit/contract/wire/connections.ts';
import { anthropicVersion, fromMessage, messageStream, toMessages } from './anthropic.rules.ts';
import { usageOf } from './connections.rules.ts';
import { EgressFailure, egressFailureOf, type Egress, type EgressAnswer } from './egress.client.ts';
import { failureProblem, refusalProblem, type FailureOutcome, type ModelOutcome } from './failure.rules.ts';
import { estimatedTokens, joined, requestFor, tokensIn, type Tokens } from './providers.rules.ts';
import { serverEvents, type ServerEvent } from './server-events.ts';

export type ModelCall = {
  name: string;
  options: ConnectionOptions;
  secret: string | null;
  method: string;
  path: string;
  /** Parsed; `null` for a GET. */
  body: Record<string, unknown> | null;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  at: number;
};

/** Told once, when the answer has gone out or it failed. */
export type OnOutcome = (outcome: ModelOutcome) => void;

const maxAnswerBytes = 8 * 1024 * 1024;
const maxRefusalBytes = 64 * 1024;

/** @throws Problem 402…504 in place of an answer */
export async function callModel(egress: Egress, call: ModelCall, onOutcome: OnOutcome): Promise<Response> {
  const body = call.body && withModel(call);
  const model = typeof body?.['model'] === 'string' ? body['model'] : null;
  const sentBytes = body ? Buffer.byteLength(JSON.stringify(body)) : 0;
  const isOver = once(onOutcome);
  const end = (outcome: ModelOutcome['outcome'], tokens: Tokens | null): void =>
    isOver({ outcome, model, tokens: tokens ?? { input: 0, output: 0 } });
  try {
    const answer = await egress.send({ ...sending(call, body), isLocal: call.options.is_local });
    if (answer.status !== 200) throw await refused(call, answer, end);
    if (body?.['stream'] === true) return streamed(call, answer, { sentBytes, end });
    const parsed = await whole(call, answer);
    const said = tokensIn(parsed);
    const tokens = said ?? { input: estimatedTokens(sentBytes), output: 0 };
    end('ok', tokens);
    const used = body && usageOf(call.options, { ...tokens, isEstimate: said === null });
    const headers = {
      'cache-control': 'no-store',
      ...(used ? { [usageHeader]: JSON.stringify(used) } : {}),
    };
    return Response.json(parsed, { headers });
  } catch (error) {
    if (error instanceof Problem) throw error;
    const kind = kindOf(error, call.signal);
    end(kind ?? 'lost', null);
    if (!kind) throw error;
    throw failureProblem(call.name, kind, error);
  }
}

function withModel({ options, body, path }: ModelCall): Record<string, unknown> {
  const standard = path === '/v1/embeddings' ? options.embedding_model : options.model;
  const asked = { ...body, model: body?.['model'] ?? standard };
  // Only so is a streamed answer counted.
  return body?.['stream'] === true ? { ...asked, stream_options: { include_usage: true } } : asked;
}

function sending(call: ModelCall, body: Record<string, unknown> | null) {
  const { options, secret, method, path, signal } = call;
  const timing = { timeoutMs: options.limits.timeout_seconds * 1000, signal, method };
  if (options.provider !== 'anthropic') {
    const { url, headers, body: sent } = requestFor(options, secret, { path, body });
    return { ...timing, url, headers, body: sent && JSON.stringify(sent) };
  }
  const headers = {
    'anthropic-version': anthropicVersion,
    'content-type': 'application/json',
    ...(secret === null ? {} : { 'x-api-key': secret }),
  };
  const base = options.url.replace(/\/v1\/?$/, '');
  if (!body) return { ...timing, url: joined(base, '/v1/models'), headers, body: null };
  const translated = toMessages(body);
  if (!translated.ok) throw new Problem('bad-request', { detail: translated.detail });
  return { ...timing, url: joined(base, '/v1/messages'), headers, body: JSON.stringify(translated.body) };
}

async function refused(
  call: ModelCall,
  answer: EgressAnswer,
  end: (outcome: FailureOutcome, tokens: null) => void,
): Promise<Problem> {
  const text = await textOf(answer.body, maxRefusalBytes).catch(() => '');
  const { kind, problem } = refusalProblem(call.name, {
    status: answer.status,
    retryAfter: answer.headers['retry-after'],
    text,
    secret: call.secret,
  });
  end(kind, null);
  return problem;
}

async function whole(call: ModelCall, answer: EgressAnswer): Promise<Record<string, unknown>> {
  const parsed = parse(await textOf(answer.body, maxAnswerBytes));
  const isTranslated = call.options.provider === 'anthropic' && call.body !== null;
  const read = isTranslated ? fromMessage(parsed, call.at) : parsed;
  if (!isObject(read)) throw new EgressFailure('invalid', 'the answer is no JSON object');
  const { berth_usage: _foreign, ...own } = read;
  return own;
}

type Streaming = {
  sentBytes: number;
  end: (outcome: 'ok' | FailureOutcome, tokens: Tokens | null) => void;
};

/** What comes is passed on as it comes; what is no event of the protocol ends the stream with an error event. */
function streamed(call: ModelCall, answer: EgressAnswer, { sentBytes, end }: Streaming): Response {
  const translate = call.options.provider === 'anthropic' ? messageStream(call.at) : passed;
  const encoder = new TextEncoder();
  const events = serverEvents(answer.body, maxAnswerBytes);
  let [tokens, textBytes]: [Tokens | null, number] = [null, 0];
  const counted = (): Tokens =>
    tokens ?? { input: estimatedTokens(sentBytes), output: estimatedTokens(textBytes) };
  /** @returns what an event becomes; often nothing. What a provider says in Berth's name does not pass. */
  const linesOf = (event: ServerEvent): string => {
    const told = translate(event).map(({ berth_usage: _foreign, ...chunk }) => {
      const said = tokensIn(chunk);
      tokens = said ?? tokens;
      return said ? { ...chunk, berth_usage: usageOf(call.options, { ...said, isEstimate: false }) } : chunk;
    });
    return told.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const say = (text: string): void => controller.enqueue(encoder.encode(text));
      try {
        // A stream asks again only after it was given something.
        for (let next = await events.next(); !next.done; next = await events.next()) {
          const lines = linesOf(next.value);
          textBytes += lines.length;
          if (lines !== '') return say(lines);
        }
        end('ok', counted());
        say('data: [DONE]\n\n');
        return controller.close();
      } catch (error) {
        const kind = kindOf(error, call.signal);
        end(kind ?? 'lost', counted());
        answer.body.destroy();
        if (!kind) throw error;
        const problem = failureProblem(call.name, kind, error).body();
        say(`event: error\ndata: ${JSON.stringify({ error: problem })}\n\n`);
        return controller.close();
      }
    },
    cancel() {
      end('left', counted());
      answer.body.destroy();
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}

function kindOf(error: unknown, signal: AbortSignal): FailureOutcome | null {
  return error instanceof RangeError ? 'too-large' : (egressFailureOf(error, signal)?.kind ?? null);
}

function passed({ data }: ServerEvent): Record<string, unknown>[] {
  if (data === '[DONE]') return [];
  const parsed = parse(data);
  if (!isObject(parsed)) throw new EgressFailure('invalid', 'an event is no JSON object');
  return [parsed];
}

async function textOf(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, sizeBytes] = ['', 0];
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function once(tell: OnOutcome): OnOutcome {
  let isTold = false;
  return (outcome) => {
    if (isTold) return;
    isTold = true;
    tell(outcome);
  };
}
