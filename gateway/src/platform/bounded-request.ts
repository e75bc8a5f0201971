/** One request to somebody else's server, bounded in time and bytes; never follows a redirect, never unpacks. */
import { errors, type Dispatcher } from 'undici';

export type BoundedRequest = {
  method: 'GET' | 'PATCH' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** For everything: connecting, head and body. */
  timeoutMs: number;
  maxBytes: number;
  /** Ends the request early. */
  signal?: AbortSignal;
};

export type BoundedAnswer = { ok: true; status: number; headers: Readonly<Record<string, string | undefined>>; body: Buffer } | RequestFailure;

export type RequestFailure = {
  ok: false;
  /** `resolve`: the name has no address. `connect`: nobody took the connection. `broken`: it died half-way. */
  reason: 'resolve' | 'connect' | 'timeout' | 'too-large' | 'broken';
  /** For an admin. Holds nothing that the server said. */
  message: string;
  /** The system's or the client's error code, such as ECONNREFUSED. */
  code: string;
};

export async function requestBounded(dispatcher: Dispatcher, { timeoutMs, maxBytes, ...request }: BoundedRequest): Promise<BoundedAnswer> {
  const inTime = AbortSignal.timeout(timeoutMs);
  const signal = request.signal ? AbortSignal.any([inTime, request.signal]) : inTime;
  try {
    const answer = await dispatcher.request({
      method: request.method,
      path: request.path,
      headers: { ...request.headers, 'accept-encoding': 'identity' },
      body: request.body ?? null,
      signal,
    });
    // A body that nobody reads to its end may still fail; what it has to say is of no interest then.
    answer.body.on('error', () => {});
    const headers = singleHeaders(answer.headers);
    if (Number(headers['content-length'] ?? 0) > maxBytes) {
      answer.body.destroy();
      return tooLarge(maxBytes);
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of answer.body) {
      if (!Buffer.isBuffer(chunk)) continue;
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) {
        answer.body.destroy();
        return tooLarge(maxBytes);
      }
      chunks.push(chunk);
    }
    return { ok: true, status: answer.statusCode, headers, body: Buffer.concat(chunks) };
  } catch (error) {
    return inTime.aborted ? { ok: false, reason: 'timeout', code: 'ETIMEDOUT', message: `no complete answer within ${timeoutMs} ms` } : failureOf(error);
  }
}

function tooLarge(maxBytes: number): RequestFailure {
  return { ok: false, reason: 'too-large', code: 'EMSGSIZE', message: `the answer is larger than ${maxBytes} bytes` };
}

function failureOf(error: unknown): RequestFailure {
  const code = codeOf(error);
  if (['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'].includes(code)) return { ok: false, reason: 'resolve', code, message: 'the host name has no address' };
  if (error instanceof errors.ConnectTimeoutError || ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN'].includes(code))
    return { ok: false, reason: 'connect', code, message: 'the host does not answer' };
  if (code === 'ECONNREFUSED') return { ok: false, reason: 'connect', code, message: 'the connection was refused' };
  if (code.startsWith('ERR_TLS') || code.includes('CERT') || code.startsWith('ERR_SSL'))
    return { ok: false, reason: 'connect', code, message: 'the TLS certificate or handshake is not good' };
  return { ok: false, reason: 'broken', code, message: 'the connection broke, or what came was not HTTP' };
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  return 'UNKNOWN';
}

/** Repeated headers are joined as RFC 9110 5.2 says. */
function singleHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}
