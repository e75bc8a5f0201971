/**
 * One call of a capability: asked in time, and answered by the protocol of its kind or with words of what
 * went wrong.
 */
import { identityHeaders } from '@berth/plugin-kit/contract/identity.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { messageOf, type RequestFailure } from '#platform/bounded-request.ts';
import { failureProblem } from '#platform/upstream/failure-words.ts';
import { identityFor } from '../settings/identity.rules.ts';
import type { CallOutcome, CapabilityCall, CapabilityClient } from './call.types.ts';
import type { Resolved } from './resolve.usecases.ts';

export type AskNeeds = {
  client: CapabilityClient;
  /** A value for `x-berth-assertion`. */
  signAssertion: (principal: Principal, pluginId: string) => string | Promise<string>;
  timeoutMs: number;
  log: Logger;
};

export type AskUseCases = ReturnType<typeof askUseCases>;

export function askUseCases({ client, signAssertion, timeoutMs, log }: AskNeeds) {
  const callOf = async (to: Resolved, operation: string, input: unknown): Promise<CapabilityCall> => ({
    upstream: to.upstream,
    path: to.path,
    operation,
    capabilityId: to.context.capability,
    identity: {
      ...identityFor(to.who, to.compiled, await signAssertion(to.who, to.pluginId)),
      ...(to.requestId === undefined ? {} : { [identityHeaders.requestId]: to.requestId }),
    },
    context: to.context,
    input,
    timeoutMs,
    signal: to.signal,
  });

  const problemOf = (to: Resolved, outcome: Exclude<CallOutcome, { kind: 'answer' }>): Problem => {
    if (outcome.kind === 'refused') return refusalOf(to, outcome.status, outcome.detail);
    if (outcome.kind === 'nonsense') return outOfProtocol(to, outcome.detail);
    log.warn({ capability: to.key, failure: messageOf(outcome.failed) }, 'a call of a capability failed');
    return failureOf(to, outcome.failed, timeoutMs);
  };

  return {
    /** @throws Problem 4xx as the container says, 502 out of protocol, 503 too late */
    ask: async <Answer extends z.ZodType>(
      to: Resolved,
      operation: string,
      input: unknown,
      answer: Answer,
    ): Promise<z.output<Answer>> => {
      const outcome = await client.ask(await callOf(to, operation, input));
      if (outcome.kind !== 'answer') throw problemOf(to, outcome);
      const read = answer.safeParse(outcome.value);
      if (read.success) return read.data;
      const [issue] = read.error.issues;
      const at = issue?.path.map((part) => `/${String(part)}`).join('') ?? '';
      throw outOfProtocol(to, `${at || 'its answer'}: ${issue?.message ?? 'not in the form of the kind'}`);
    },

    /** @throws Problem as `ask` does */
    open: async (to: Resolved, operation: string, input: unknown) => {
      const outcome = await client.open(await callOf(to, operation, input));
      if (outcome.kind !== 'stream') throw problemOf(to, outcome);
      return outcome.body;
    },
  };
}

/** 502 in words: what was wrong, and where in the answer. */
export function outOfProtocol({ label }: Pick<Resolved, 'label'>, detail: string): Problem {
  return new Problem('bad-gateway', {
    detail: say`"${label}" answered out of protocol at ${detail.slice(0, 300)}.`,
    extensions: { failure: 'protocol' },
  });
}

const retryAfterSeconds = 5;
const lateKinds: ReadonlySet<string> = new Set([
  'connect-timeout',
  'wait-timeout',
  'head-timeout',
  'body-timeout',
]);

function failureOf({ label }: Resolved, failed: RequestFailure, timeoutMs: number): Problem {
  if (failed.failure === 'too-large') return outOfProtocol({ label }, `its end: ${failed.message}`);
  if (!lateKinds.has(failed.failure.kind)) return failureProblem(failed.failure, `"${label}"`);
  return new Problem('unavailable', {
    detail: say`"${label}" did not answer within ${timeoutMs / 1000} s.`,
    headers: { 'retry-after': String(retryAfterSeconds) },
    extensions: { failure: failed.failure.kind },
    cause: failed.failure,
  });
}

const saidByContainer = {
  400: 'bad-request',
  403: 'not-allowed',
  404: 'not-found',
  409: 'conflict',
  422: 'bad-request',
  429: 'too-many-requests',
} as const;

function refusalOf({ label }: Resolved, status: number, detail: string | null): Problem {
  const words = detail ?? say`"${label}" answered ${status}.`;
  if (status === 503)
    return new Problem('unavailable', {
      detail: words,
      headers: { 'retry-after': String(retryAfterSeconds) },
    });
  if (status === 501)
    return new Problem('conflict', { detail: detail ?? say`"${label}" does not offer this operation.` });
  const known = Object.entries(saidByContainer).find(([code]) => Number(code) === status);
  if (known) return new Problem(known[1], { detail: words });
  return new Problem('bad-gateway', {
    detail: detail === null ? words : say`"${label}" answered ${status}: ${detail}.`,
    extensions: { failure: 'protocol' },
  });
}
