/**
 * Failures of containers in the log: the first at once, then at most one a second of each plugin and kind.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { codeOf, type ContainerFailure } from './failure.ts';

export type FailureLine = {
  plugin: string;
  failure: ContainerFailure;
  /** What the client got; `cut`: an answer that had begun. */
  status: number | 'cut';
  requestId: string;
};

export type TellFailure = (line: FailureLine) => void;

const everyMs = 1_000;

/** @param now on the monotonic clock, in milliseconds */
export function failureLog(log: Logger, now: () => number = () => performance.now()): TellFailure {
  const told = new Map<string, { at: number; suppressed: number }>();
  return ({ plugin, failure, status, requestId }) => {
    const key = `${plugin} ${failure.kind}`;
    const at = now();
    const last = told.get(key);
    if (last && at - last.at < everyMs) {
      last.suppressed++;
      return;
    }
    told.set(key, { at, suppressed: 0 });
    log.warn(
      {
        plugin,
        failure: failure.kind,
        code: codeOf(failure) || undefined,
        cause: failure.message,
        status,
        requestId,
        suppressed: last?.suppressed || undefined,
      },
      'a container failed',
    );
  };
}
