/**
 * What `work` gives, or a rejection with `no answer within … ms`. The work itself goes on, and what it
 * rejects with later is not an unhandled rejection.
 */
export async function withTimeout<Value>(
  timeoutMs: number,
  work: PromiseLike<Value> | Value,
): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimedOut(timeoutMs)), timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class TimedOut extends Error {
  override name = 'TimedOut';

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}
