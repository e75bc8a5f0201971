/** Turns whatever a handler threw into `application/problem+json`. */
import { Problem, problemContentType } from '../contract/problem.ts';
import type { Logger } from './logger.ts';
import { english, type Spoken } from './sentences.ts';

/**
 * Anything but a Problem is a bug: 500 with the request id and no detail; the log has the rest.
 * @param spoken the reader's language; what is logged is English
 */
export function problemResponse(
  error: unknown,
  requestId: string | undefined,
  log: Logger,
  spoken: Spoken = english,
): Response {
  const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
  if (problem.status === 500) log.error({ requestId, err: problem.cause ?? problem }, 'request failed');
  // Foreseen: a part is away. Words and cause are enough, a stack would hide them.
  else if (problem.status > 500)
    log.warn(
      {
        requestId,
        type: problem.type,
        detail: problem.detail,
        cause: problem.cause instanceof Error ? problem.cause.message : undefined,
      },
      'request could not be served',
    );
  return new Response(JSON.stringify(problem.body(requestId, spoken.say)), {
    status: problem.status,
    headers: {
      ...problem.headers,
      'content-type': problemContentType,
      'content-language': spoken.language,
      'cache-control': 'no-store',
    },
  });
}
