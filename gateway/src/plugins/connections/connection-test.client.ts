/** Tries a connection step by step, and says in words how far it came. */
import {
  testSteps,
  type ConnectionOptions,
  type ConnectionTest,
  type ConnectionTestStep,
} from '@berth/plugin-kit/contract/wire/connections.ts';
import { egressFailureOf, type Egress } from './egress.client.ts';
import { failureWords, refusalProblem, type FailureOutcome } from './failure.rules.ts';
import { checkMail, mailFailureKind } from './mail-calls.ts';
import { callModel } from './model-calls.ts';
import { joined } from './providers.rules.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

type Step = ConnectionTestStep['step'];
type Tried = { name: string; options: ConnectionOptions; secret: string | null };

/** Which step a failure belongs to: the ones before it went well. */
const stepOf: Readonly<Record<FailureOutcome, Step>> = {
  resolve: 'address',
  'private-address': 'address',
  refused: 'connect',
  tls: 'connect',
  clock: 'connect',
  timeout: 'answer',
  lost: 'answer',
  invalid: 'answer',
  left: 'answer',
  'too-large': 'answer',
  unauthorized: 'key',
  'rate-limited': 'answer',
  'model-missing': 'answer',
  'provider-error': 'answer',
};

const longestTryMs = 30_000;

export async function testConnection(
  egress: Egress,
  tried: Tried,
  now: () => number,
): Promise<ConnectionTest> {
  const steps: ConnectionTestStep[] = [];
  const since = now();
  const host = new URL(tried.options.url).hostname;
  const failed = (step: Step, detail: string): ConnectionTest => {
    const done = testSteps.slice(0, testSteps.indexOf(step));
    const known = new Map(steps.map((one) => [one.step, one]));
    return {
      ok: false,
      steps: testSteps.map((name): ConnectionTestStep => {
        if (name === step) return { step, outcome: 'failed', detail, ms: now() - since };
        if (done.includes(name))
          return known.get(name) ?? { step: name, outcome: 'ok', detail: '', ms: null };
        return { step: name, outcome: 'skipped', detail: '', ms: null };
      }),
    };
  };
  const ofFailure = (kind: FailureOutcome, detail: string): ConnectionTest => failed(stepOf[kind], detail);
  try {
    const addresses = await egress.resolve(host, tried.options.is_local);
    steps.push({ step: 'address', outcome: 'ok', detail: addresses.join(', '), ms: now() - since });
  } catch (error) {
    const kind = egressFailureOf(error)?.kind;
    if (!kind) throw error;
    return ofFailure(kind, sentence(host, kind));
  }
  const asked = now();
  try {
    const detail = await ask(egress, tried, now);
    const ms = now() - asked;
    steps.push({ step: 'connect', outcome: 'ok', detail: transportWords(tried.options.url), ms: null });
    steps.push({ step: 'key', outcome: 'ok', detail: keyWords(tried), ms: null });
    return { ok: true, steps: [...steps, { step: 'answer', outcome: 'ok', detail, ms }] };
  } catch (error) {
    if (error instanceof Problem) {
      const kind = failureKindIn(error);
      return kind ? ofFailure(kind, error.detail ?? '') : failed('answer', error.detail ?? '');
    }
    const kind = tried.options.provider === 'smtp' ? mailFailureKind(error) : egressFailureOf(error)?.kind;
    if (!kind) throw error;
    return ofFailure(kind, sentence(host, kind));
  }
}

/** @returns what came, in words */
async function ask(egress: Egress, { name, options, secret }: Tried, now: () => number): Promise<string> {
  const signal = AbortSignal.timeout(longestTryMs);
  if (options.provider === 'smtp') {
    await checkMail(egress, options, secret);
    return 'The mail server takes messages.';
  }
  if (options.provider === 'http') return plainAnswer(egress, { name, options, secret }, signal);
  const body = {
    messages: [{ role: 'user', content: 'Answer with the word OK.' }],
    max_tokens: 16,
  };
  const call = {
    name,
    options,
    secret,
    method: 'POST',
    path: '/v1/chat/completions',
    body,
    signal,
    at: now(),
  };
  const answer: unknown = await (await callModel(egress, call, () => {})).json();
  return `${options.model ?? 'The model'} answered: ${textIn(answer)}`;
}

async function plainAnswer(
  egress: Egress,
  { name, options, secret }: Tried,
  signal: AbortSignal,
): Promise<string> {
  const header = options.auth_header?.toLowerCase() ?? 'authorization';
  const value = (options.auth_value ?? '{secret}').replaceAll('{secret}', () => secret ?? '');
  const { status, headers, body } = await egress.send({
    url: joined(options.url, '/'),
    method: 'GET',
    headers: secret === null ? {} : { [header]: value },
    body: null,
    isLocal: options.is_local,
    timeoutMs: options.limits.timeout_seconds * 1000,
    signal,
  });
  body.destroy();
  if (status === 401 || status === 403)
    throw refusalProblem(name, { status, retryAfter: headers['retry-after'], text: '', secret }).problem;
  return `GET / was answered with ${status}.`;
}

function failureKindIn({ extensions }: Problem): FailureOutcome | null {
  const said = extensions['failure'];
  return typeof said === 'string' && isOutcome(said) ? said : null;
}

function isOutcome(text: string): text is FailureOutcome {
  return Object.hasOwn(failureWords, text);
}

function sentence(host: string, kind: FailureOutcome): string {
  return `${host} ${failureWords[kind]}.`;
}

function transportWords(url: string): string {
  return /^(?:https|smtps):/.test(url) ? 'TLS, verified' : 'without TLS, inside your network';
}

function keyWords({ secret }: Tried): string {
  return secret === null ? 'none is set, and none was asked for' : 'was taken';
}

function textIn(answer: unknown): string {
  const found = /"content":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(answer))?.[1] ?? '';
  const text: unknown = JSON.parse(`"${found}"`);
  return typeof text === 'string' && text !== '' ? `“${text.slice(0, 80)}”` : 'nothing that can be shown';
}
