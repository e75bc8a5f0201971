/** One question to a model, through the gateway; bounded in time and size, and each fault has a state. */
import { usageIn } from '@berth/plugin-kit/contract/connections.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import type { ProviderState } from './suggestions.types.ts';

/** One call to the connection. @throws Problem 503 when the gateway cannot be asked */
export type CallModel = (path: string, init: RequestInit) => Promise<Response>;
export type Connected = { isBound: boolean; isLocal: boolean; model: string | null };
export type Fault = { ok: false; state: ProviderState; detail: string; retryAfterMs: number | null };
export type Reply = { ok: true; content: string };
/** What one question used, as the gateway says; `cost` is null where the connection has no price. */
export type Used = { tokens: number; cost: number | null; currency: string | null };
export type Asked = { reply: Reply | Fault; used: Used };

const maxAnswerBytes = 256 * 1024;
const chatPath = '/v1/chat/completions';
const completion = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string() }), finish_reason: z.string().nullish() }))
    .min(1),
});

const nothing: Used = { tokens: 0, cost: null, currency: null };

export async function askModel(call: CallModel, body: object, timeoutMs: number): Promise<Asked> {
  const unused = (reply: Fault): Asked => ({ reply, used: nothing });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await call(chatPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    if (!answer.ok) return unused(await faultOf(answer));
    const used = usedIn(answer.headers);
    const text = await boundedText(answer);
    if (text === null)
      return { reply: fault('too-large', 'The model answered with more than 256 KiB.'), used };
    return { reply: readReply(text), used };
  } catch (error) {
    if (signal.aborted)
      return unused(fault('slow', `The model did not answer within ${Math.ceil(timeoutMs / 1000)} seconds.`));
    if (error instanceof Problem)
      return unused(fault('unreachable', error.detail ?? 'The gateway cannot be asked.'));
    return unused(fault('cut', 'The answer ended before it was whole.'));
  }
}

function usedIn(headers: Headers): Used {
  const usage = usageIn(headers);
  if (!usage) return nothing;
  const { input_tokens: input, output_tokens: output, cost, currency } = usage;
  return { tokens: input + output, cost, currency: cost === null ? null : currency };
}

function readReply(text: string): Reply | Fault {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return fault('not-understood', 'The answer of the provider is no JSON.');
  }
  const read = completion.safeParse(given);
  const choice = read.success ? read.data.choices[0] : undefined;
  if (!read.success || !choice)
    return fault('not-understood', 'The answer of the provider has another form.');
  if (choice.finish_reason === 'length')
    return fault('not-understood', 'The model did not come to an end within its limit of tokens.');
  return { ok: true, content: choice.message.content };
}

const refusal = z.object({ detail: z.string().max(500), failure: z.string().optional().catch(undefined) });
/** How the gateway names what the provider did. */
const failures: Readonly<Record<string, ProviderState>> = {
  unauthorized: 'refused',
  'model-missing': 'wrong-model',
  tls: 'untrusted',
  clock: 'untrusted',
  timeout: 'slow',
  lost: 'cut',
  'too-large': 'too-large',
  invalid: 'not-understood',
};

async function faultOf(answer: Response): Promise<Fault> {
  const said = refusal.safeParse(parse((await boundedText(answer)) ?? ''));
  const detail = said.data?.detail ?? say`The gateway answered ${answer.status}.`;
  const seconds = Number(answer.headers.get('retry-after') ?? '');
  const retryAfterMs = seconds > 0 && seconds < 86_400 ? seconds * 1000 : null;
  const state = failures[said.data?.failure ?? ''] ?? stateOf(answer.status);
  return { ...fault(state, detail), retryAfterMs };
}

function stateOf(status: number): ProviderState {
  if (status === 402) return 'budget';
  if (status === 429) return 'rate';
  if (status === 404 || status === 409) return 'not-connected';
  if (status === 401 || status === 403) return 'refused';
  if (status === 504 || status === 408) return 'slow';
  return status >= 500 ? 'unreachable' : 'not-understood';
}

/** @returns null when it is larger than is read */
async function boundedText(answer: Response): Promise<string | null> {
  if (!answer.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fault(state: ProviderState, detail: string): Fault {
  return { ok: false, state, detail, retryAfterMs: null };
}
