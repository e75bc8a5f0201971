/** What a container is told when the service behind a connection failed; never the key, and of the service its status and words. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { EgressFailureKind } from './connections.types.ts';
import { messageIn, type Tokens } from './providers.rules.ts';

export type FailureOutcome =
  | EgressFailureKind
  | 'too-large'
  | 'unauthorized'
  | 'rate-limited'
  | 'model-missing'
  | 'provider-error';

/** What a call came to. */
export type ModelOutcome = { outcome: 'ok' | FailureOutcome; model: string | null; tokens: Tokens };

/** Each follows the name of the connection. */
export const failureWords: Readonly<Record<FailureOutcome, string>> = {
  resolve: 'cannot be reached: its host name has no address',
  'private-address':
    'was not asked: its host has an address inside the network, and the connection is not marked so',
  refused: 'cannot be reached: nothing takes connections at its address',
  tls: 'was not asked: it did not prove over TLS that it is the right one. Nothing was sent',
  clock:
    'was not asked: its certificate is not valid at the time of this machine. Look at the clock, or at the certificate',
  lost: 'ended the connection before its answer was whole',
  invalid: 'gave an answer that is not of its protocol',
  timeout: 'did not answer in time',
  left: 'was not waited for',
  'too-large': 'gave an answer that is larger than may be',
  unauthorized: 'refused the key',
  'rate-limited': 'takes no more requests at the moment',
  'model-missing': 'does not know the model, or serves nothing at this address',
  'provider-error': 'refused the request',
};

export function failureProblem(name: string, kind: FailureOutcome, cause?: unknown): Problem {
  const type = kind === 'timeout' ? 'provider-timeout' : 'provider-failed';
  return new Problem(type, {
    detail: say`The connection "${name}" ${failureWords[kind]}.`,
    extensions: { failure: kind },
    cause,
  });
}

export type Refusal = {
  status: number;
  retryAfter: string | undefined;
  text: string;
  secret: string | null;
};

/** The service answered, and not with what was asked for. */
export function refusalProblem(name: string, refusal: Refusal): { kind: FailureOutcome; problem: Problem } {
  const kind = refusalKind(refusal.status);
  // What a service says of a key may hold a part of it.
  const message = kind === 'unauthorized' ? null : messageIn(refusal.text, refusal.secret);
  const detail = message
    ? say`The connection "${name}" ${failureWords[kind]} (${refusal.status}): ${message}`
    : say`The connection "${name}" ${failureWords[kind]} (${refusal.status}).`;
  const extensions = { failure: kind, provider_status: refusal.status };
  if (kind !== 'rate-limited')
    return { kind, problem: new Problem('provider-failed', { detail, extensions }) };
  const seconds = /^\d{1,5}$/.test(refusal.retryAfter ?? '') ? String(refusal.retryAfter) : '30';
  return {
    kind,
    problem: new Problem('too-many-requests', { detail, extensions, headers: { 'retry-after': seconds } }),
  };
}

function refusalKind(status: number): FailureOutcome {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate-limited';
  return status === 404 ? 'model-missing' : 'provider-error';
}
