/**
 * A database that restarted leaves dead connections in the pool. The first read that picks one up is asked once more, on
 * another connection; a write never is, for nobody knows whether it happened.
 */
import type { Pool } from 'pg';
import { isDeadConnection } from './database-away.ts';

/** A dead connection says so at once; what took longer was at work, and may have been cut for being so. */
const atOnceMs = 1_000;

export function retryReads(pool: Pool): void {
  const ask: (...args: unknown[]) => unknown = pool.query.bind(pool);
  const askTwice = async (...args: unknown[]): Promise<unknown> => {
    const askedAt = performance.now();
    try {
      return await ask(...args);
    } catch (error) {
      if (!isDeadConnection(error) || performance.now() - askedAt > atOnceMs) throw error;
      return ask(...args);
    }
  };
  Object.defineProperty(pool, 'query', {
    value: (...args: unknown[]) =>
      isRead(args[0]) && typeof args.at(-1) !== 'function' ? askTwice(...args) : ask(...args),
  });
}

/** Prisma's and our own: text, or an object with it. */
export function isRead(query: unknown): boolean {
  const text: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, 'text') : query;
  return (
    typeof text === 'string' &&
    /^\s*SELECT\b/i.test(text) &&
    !/\b(FOR\s+(UPDATE|SHARE|NO\s+KEY|KEY)|nextval|setval|pg_advisory)/i.test(text)
  );
}
