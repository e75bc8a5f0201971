/**
 * What people are told of a failure: which container, what happened, what to do. Nothing that the container
 * said.
 */
import { Problem, type ProblemType } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { ContainerFailure, FailureKind } from './failure.ts';

type Words = {
  type: Extract<ProblemType, 'bad-gateway' | 'gateway-timeout' | 'bad-request' | 'unavailable'>;
  /** @param who the container's name */
  happened: (who: string) => string;
  todo: string;
  /** For admins, in the connection report. */
  brief: string;
};

const report = 'An admin finds the cause in the connection report.';

const wordsByKind: Readonly<Record<FailureKind, Words>> = {
  resolve: {
    type: 'bad-gateway',
    happened: (who) => say`${who} cannot be reached: the host name of its container has no address.`,
    todo: report,
    brief: 'the host name has no address',
  },
  unreachable: {
    type: 'bad-gateway',
    happened: (who) => say`${who} cannot be reached: there is no way to the host of its container.`,
    todo: report,
    brief: 'there is no way to the host',
  },
  refused: {
    type: 'bad-gateway',
    happened: (who) => say`${who} cannot be reached: its container refused the connection.`,
    todo: 'It may be starting: try again in a moment.',
    brief: 'the connection was refused',
  },
  tls: {
    type: 'bad-gateway',
    happened: (who) =>
      say`${who} was not asked: its container did not prove over TLS who it is. Nothing was sent.`,
    todo: report,
    brief: 'the TLS certificate or handshake is not good',
  },
  'connect-timeout': {
    type: 'gateway-timeout',
    happened: (who) => say`${who} did not take the connection in time.`,
    todo: 'Try again in a moment.',
    brief: 'the host does not answer',
  },
  busy: {
    type: 'unavailable',
    happened: (who) =>
      say`${who} has as many requests under way as it has connections, and as many wait as may.`,
    todo: 'Try again in a moment.',
    brief: 'all connections are in use',
  },
  'wait-timeout': {
    type: 'gateway-timeout',
    happened: (who) => say`${who} had no free connection in time: all are in use.`,
    todo: 'Try again in a moment.',
    brief: 'no connection was free in time',
  },
  'head-timeout': {
    type: 'gateway-timeout',
    happened: (who) => say`${who} did not begin to answer in time.`,
    todo: 'Try again in a moment.',
    brief: 'no answer began in time',
  },
  'body-timeout': {
    type: 'gateway-timeout',
    happened: (who) => say`${who} began to answer and fell silent.`,
    todo: 'Try again in a moment.',
    brief: 'the answer did not end in time',
  },
  lost: {
    type: 'bad-gateway',
    happened: (who) => say`${who} ended the connection before its answer was whole.`,
    todo: 'Try again; what was asked may have been done.',
    brief: 'the connection broke',
  },
  invalid: {
    type: 'bad-gateway',
    happened: (who) => say`${who} gave an answer that is not valid HTTP.`,
    todo: 'Its maker has to mend it.',
    brief: 'what came was not valid HTTP',
  },
  unsendable: {
    type: 'bad-request',
    happened: (who) => say`${who} was not asked: a header of the request cannot be passed on.`,
    todo: 'Send it without control characters, and with the length that it has.',
    brief: 'the request cannot be sent',
  },
};

/** For an admin. */
export function briefWords(kind: FailureKind): string {
  return wordsByKind[kind].brief;
}

/** What was reached, where a limit ended it. */
export type ReachedLimit = { name: string; value: number; unit: string };

/** @param who as people know the container */
export function failureProblem(
  failure: ContainerFailure,
  who: string,
  limit: ReachedLimit | null = null,
): Problem {
  const { type, happened, todo } = wordsByKind[failure.kind];
  return new Problem(type, {
    detail: [limit ? withLimit(happened(who), limit) : happened(who), todo].join(' '),
    extensions: { ...(limit ? { limit } : {}), failure: failure.kind },
    ...(type === 'unavailable' ? { headers: { 'retry-after': '1' } } : {}),
    cause: failure,
  });
}

function withLimit(sentence: string, { name, value, unit }: ReachedLimit): string {
  return say`${name}: ${sentence.replace(/\.$/, '')} (${value} ${unit}).`;
}
