/** Tells "the database is away for a moment" from a bug: the first is a 503 that says when to try again. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

/** Prisma: not reachable, timed out, connection closed, no free connection, transaction could not start. */
const prismaCodes: ReadonlySet<string> = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
]);
/** The same of queries of our own (P2010), which Prisma gives no code of its own. */
const adapterKinds: ReadonlySet<string> = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);
const socketCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);
/** SQLSTATE: connection exceptions, too many connections, administrator shutdown and its kin. */
const sqlStates = /^(08...|53300|57P0[1-5])$/;

/** Of pg, whose errors about connections carry no code. */
const brokenMessage = /^(Connection terminated|Client has encountered a connection error)/;
const noConnectionMessage = /^timeout exceeded when trying to connect/;
/** A connection that was open and is not any more. */
const brokenCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', '57P01', '57P02']);

const retryAfterSeconds = 2;

/** @returns Problem 503 for an error that says so, else `null` */
export function databaseAway(error: unknown): Problem | null {
  if (!isAway(error)) return null;
  return new Problem('unavailable', {
    detail: 'The database is not answering.',
    headers: { 'retry-after': String(retryAfterSeconds) },
    cause: error,
  });
}

/** The connection that was picked up was dead: another one may do. */
export function isDeadConnection(error: unknown): boolean {
  return (
    error instanceof Error && (brokenMessage.test(error.message) || brokenCodes.has(errorCode(error) ?? ''))
  );
}

function isGoneMessage(message: string): boolean {
  return brokenMessage.test(message) || noConnectionMessage.test(message);
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Problem) return false;
  const isGone = [error, error.cause].some((part) => part instanceof Error && isGoneMessage(part.message));
  const kind = pathInto(error, 'meta', 'driverAdapterError', 'cause', 'kind');
  if (typeof kind === 'string' && adapterKinds.has(kind)) return true;
  return (
    isGone ||
    codesOf(error).some((code) => prismaCodes.has(code) || socketCodes.has(code) || sqlStates.test(code))
  );
}

/** Its own code, and what Prisma's driver adapter keeps of PostgreSQL's. */
function codesOf(error: Error): string[] {
  return [error, pathInto(error, 'meta', 'driverAdapterError', 'cause'), error.cause].flatMap((part) => {
    const code = pathInto(part, 'code');
    return typeof code === 'string' ? [code] : [];
  });
}

function pathInto(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}
