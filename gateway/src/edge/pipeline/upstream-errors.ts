/**
 * What went wrong on the way to a container and back: for the client in the words of the wire, for the log
 * with its cause.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import { ContainerFailure, failureOf, isStopping } from '#platform/upstream/failure.ts';
import { failureLog } from '#platform/upstream/failure-log.ts';
import { failureProblem } from '#platform/upstream/failure-words.ts';
import { UnsendableHeader, type HeaderLines } from '#edge/http/header-lines.ts';
import { connectTimeoutMs, maxConnections } from '#edge/upstream/containers.ts';
import { limitProblem, type NamedLimit } from './limits.ts';
import { BodyStalled, BodyTooLarge, ClientLeft } from '#edge/http/request-body.ts';

type Limits = RouteSpec['limits'];

/** What no container did and no client either is a bug: 500. */
export function problemOf(error: Error, { limits, pluginId }: { limits: Limits; pluginId: string }): Problem {
  if (error instanceof BodyTooLarge) return bodyTooLarge(limits.max_body_bytes);
  const { idle_timeout_ms: idleMs } = limits;
  if (error instanceof BodyStalled)
    return limitProblem(
      'request-timeout',
      { name: 'idle_timeout_ms', value: idleMs, unit: 'ms' },
      say`nothing came for ${idleMs} ms`,
    );
  if (error instanceof ClientLeft)
    return new Problem('bad-request', { detail: 'The body ended before it was whole.' });
  if (isStopping(error)) return new Problem('unavailable', { headers: { 'retry-after': '2' } });
  const failure = failureOf(error);
  if (!failure) return new Problem('internal', { cause: error });
  return failureProblem(failure, pluginId, limitOf(failure, limits));
}

function limitOf({ kind }: ContainerFailure, { timeout_ms, idle_timeout_ms }: Limits): NamedLimit | null {
  if (kind === 'connect-timeout') return { name: 'connect_timeout_ms', value: connectTimeoutMs, unit: 'ms' };
  if (kind === 'busy') return { name: 'max_connections', value: maxConnections, unit: 'connections' };
  if (kind === 'head-timeout' || kind === 'wait-timeout')
    return { name: 'timeout_ms', value: timeout_ms, unit: 'ms' };
  if (kind === 'body-timeout') return { name: 'idle_timeout_ms', value: idle_timeout_ms, unit: 'ms' };
  return null;
}

/** @param status what the client got; `cut`: an answer that had begun */
export type LogFailure = (
  error: Error,
  told: { pluginId: string; requestId: string; status: number | 'cut' },
) => void;

/**
 * Logs what is a container's failure, sampled, and what is a bug, with its stack. What a client did is in the
 * access log.
 */
export function failureLogger(log: Logger): LogFailure {
  const tell = failureLog(log);
  return (error, { pluginId: plugin, requestId, status }) => {
    if (
      error instanceof BodyTooLarge ||
      error instanceof BodyStalled ||
      error instanceof ClientLeft ||
      isStopping(error)
    )
      return;
    const failure = failureOf(error);
    if (failure) tell({ plugin, failure, status, requestId });
    else log.error({ err: error, plugin, requestId }, 'the edge failed');
  };
}

/** @throws Problem 400 for a header of the client's that cannot be passed on */
export function assertSendable(headers: HeaderLines): void {
  try {
    headers.assertSendable();
  } catch (error) {
    throw error instanceof UnsendableHeader ? unsendable() : error;
  }
}

function unsendable(): Problem {
  const failure = new ContainerFailure('unsendable', 'a header holds a byte that cannot be passed on');
  return failureProblem(failure, 'The extension');
}

export function bodyTooLarge(maxBytes: number): Problem {
  return limitProblem(
    'body-too-large',
    { name: 'max_body_bytes', value: maxBytes, unit: 'bytes' },
    say`at most ${maxBytes} bytes are taken here`,
  );
}
