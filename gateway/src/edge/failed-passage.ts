/** What went wrong on the way to a container and back, in the words of the wire. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import { connectTimeoutMs } from './container/containers.ts';
import { failureKindOf } from './container/failure.ts';
import { limitProblem } from './limits.ts';
import { BodyStalled, BodyTooLarge } from './request-body.ts';

/** What became of the container, in the words of the wire. */
export function problemOf(error: Error, { limits, pluginId }: { limits: RouteSpec['limits']; pluginId: string }): Problem {
  if (error instanceof BodyTooLarge) return bodyTooLarge(limits.max_body_bytes);
  const { idle_timeout_ms: idleMs, timeout_ms: timeoutMs } = limits;
  if (error instanceof BodyStalled) return limitProblem('request-timeout', 'idle_timeout_ms', idleMs, 'ms', `nothing came for ${idleMs} ms`);
  switch (failureKindOf(error)) {
    case 'head-timeout':
      return limitProblem('gateway-timeout', 'timeout_ms', timeoutMs, 'ms', `${pluginId} did not begin to answer within ${timeoutMs} ms`);
    case 'connect-timeout':
      return limitProblem('gateway-timeout', 'connect_timeout_ms', connectTimeoutMs, 'ms', `${pluginId} did not take the connection in time`);
    case 'unsendable':
      return unfit(error);
    case 'refused':
      return new Problem('bad-gateway', { detail: `${pluginId} refused the connection`, cause: error });
    case 'body-timeout':
    case 'lost':
    case 'invalid':
      return new Problem('bad-gateway', { detail: `${pluginId} ended the connection without a valid answer`, cause: error });
  }
}

export function unfit(cause?: Error): Problem {
  return new Problem('bad-request', { detail: 'A header of the request holds a byte that cannot be passed on', cause });
}

export function bodyTooLarge(maxBytes: number): Problem {
  return limitProblem('body-too-large', 'max_body_bytes', maxBytes, 'bytes', `at most ${maxBytes} bytes are taken here`);
}
