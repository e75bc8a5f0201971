/** Calls a hook: in its time, so many at once, and with one kind of failure. */
import { withTimeout } from '@berth/plugin-kit/base/with-timeout.ts';
import { Problem, type ProblemType } from '@berth/plugin-kit/contract/problem.ts';
import type { Awaitable, HookLogger } from '@berth/plugin-kit/hooks/hooks.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Bound } from './hooks.types.ts';

export type HookCalls = {
  /**
   * At once where the hook answers at once.
   * @throws Problem: the hook's own refusal, or 503 where it threw something else, took too long or is too
   * busy
   */
  ask: <Hook extends { name: string }, Answer>(
    bound: Bound<Hook>,
    work: (hook: Hook, logger: HookLogger) => Awaitable<Answer>,
  ) => Answer | Promise<Answer>;
  /** For an answer that is none: logged by the hook's name. @returns what the request is told */
  failed: (bound: Bound<{ name: string }>, cause: unknown) => Problem;
};

/** Calls that hang do not pile up: beyond so many of one hook, requests are refused at once. */
const mostPending = 500;

export function hookCalls({ timeoutMs, log }: { timeoutMs: number; log: Logger }): HookCalls {
  const pending = new WeakMap<object, number>();

  const failed: HookCalls['failed'] = ({ hook, module }, err) => {
    log.error({ err, plugin: module, hook: hook.name }, 'a hook failed');
    return unavailable(err);
  };

  return {
    failed,
    ask: (bound, work) => {
      const { hook, logger } = bound;
      const refused = (error: unknown): Problem => refusalIn(error) ?? failed(bound, error);
      let answer: ReturnType<typeof work>;
      const before = pending.get(hook) ?? 0;
      if (before >= mostPending) throw failed(bound, new Error(`${mostPending} calls of it are under way`));
      try {
        answer = work(hook, logger);
      } catch (error) {
        throw refused(error);
      }
      // What is answered at once costs no promise and no timer.
      if (!isPromise(answer)) return answer;
      pending.set(hook, before + 1);
      const whole = Promise.resolve(answer);
      const done = (): void => void pending.set(hook, (pending.get(hook) ?? 1) - 1);
      whole.then(done, done);
      return withTimeout(timeoutMs, whole).catch((error: unknown) => {
        throw refused(error);
      });
    },
  };
}

/** For modules: an error that ends a request with this status and these words. */
export function refusal(status: number, detail: string): Error {
  if (!Number.isInteger(status) || status < 400 || status > 599)
    throw new RangeError(`A refusal has a status from 400 to 599, not ${status}.`);
  return Object.assign(new Error(detail), { status, detail });
}

function isPromise<Value>(answer: Awaitable<Value>): answer is PromiseLike<Value> {
  return typeof answer === 'object' && answer !== null && 'then' in answer;
}

/**
 * By its shape, for a module may bring a class of its own. @returns `null` for anything else that was thrown
 */
function refusalIn(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('status' in error)) return null;
  const { status } = error;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599) return null;
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : error.message;
  const headers = status === 429 || status >= 500 ? retryLater : undefined;
  return new Problem(typeOf(status), { detail, cause: error, ...(headers ? { headers } : {}) });
}

const types: Readonly<Record<number, ProblemType>> = {
  400: 'bad-request',
  401: 'not-signed-in',
  402: 'payment-required',
  403: 'not-allowed',
  404: 'not-found',
  409: 'conflict',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  422: 'invalid',
  429: 'too-many-requests',
};

/** A status without a type of its own is the general one of its class. */
function typeOf(status: number): ProblemType {
  return types[status] ?? (status < 500 ? 'not-allowed' : 'unavailable');
}

const retryLater = { 'retry-after': '5' };

function unavailable(cause: unknown): Problem {
  return new Problem('unavailable', {
    detail: 'A hook of this gateway failed. Its log says which.',
    headers: retryLater,
    cause,
  });
}
