/** Refusals of Hono's own, in the contract's words. */
import { HTTPException } from 'hono/http-exception';
import { Problem, type ProblemType } from '../contract/problem.ts';

/** Hono's own refusals (`c.req.json()` of something else, validators …) in our words. */
export function asProblem(error: unknown): unknown {
  if (!(error instanceof HTTPException)) return error;
  const type = typeOfStatus[error.status];
  return type
    ? new Problem(type, { ...(error.message ? { detail: error.message } : {}), cause: error })
    : error;
}

const typeOfStatus: Partial<Record<number, ProblemType>> = {
  400: 'bad-request',
  401: 'not-signed-in',
  403: 'not-allowed',
  404: 'not-found',
  409: 'conflict',
  412: 'stale',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  422: 'invalid',
  429: 'too-many-requests',
  503: 'unavailable',
};
