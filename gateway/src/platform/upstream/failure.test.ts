import { connect, createServer } from 'node:net';
import { lookup } from 'node:dns/promises';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import {
  ContainerFailure,
  failureKindOf,
  failureKinds,
  failureOf,
  GatewayStopping,
  isStopping,
  type FailureKind,
} from './failure.ts';
import { failureLog } from './failure-log.ts';
import { failureProblem } from './failure-words.ts';

describe('E13: one map of failures', () => {
  test.each<[string, FailureKind]>([
    ['ENOTFOUND', 'resolve'],
    ['EAI_AGAIN', 'resolve'],
    ['ENETUNREACH', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['EADDRNOTAVAIL', 'unreachable'],
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'connect-timeout'],
    ['EPROTO', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ECONNRESET', 'lost'],
    ['EPIPE', 'lost'],
    ['UND_ERR_SOCKET', 'lost'],
    ['HPE_INVALID_CONSTANT', 'invalid'],
    ['HPE_HEADER_OVERFLOW', 'invalid'],
    ['UND_ERR_HEADERS_TIMEOUT', 'head-timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'body-timeout'],
    ['UND_ERR_INVALID_ARG', 'unsendable'],
  ])('%s is %s, by itself, as a cause, and among several addresses', (code, kind) => {
    const error = withCode(code);
    expect(failureKindOf(error)).toBe(kind);
    expect(failureKindOf(new Error('fetch failed', { cause: new Error('again', { cause: error }) }))).toBe(
      kind,
    );
    expect(failureKindOf(new AggregateError([error, error]))).toBe(kind);
    expect(failureOf(error)).toMatchObject({ kind, cause: error });
  });

  test('what the system and undici really throw', async () => {
    expect(failureKindOf(await lookup('no-such-host.invalid').catch((error: unknown) => error))).toBe(
      'resolve',
    );
    expect(failureKindOf(await errorOf(await closedPort()))).toBe('refused');
    expect(failureKindOf(new errors.SocketError('other side closed'))).toBe('lost');
    expect(failureKindOf(new errors.HTTPParserError('Expected HTTP'))).toBe('invalid');
    expect(failureKindOf(new errors.ConnectTimeoutError())).toBe('connect-timeout');
  });

  test('of several addresses the one that came furthest is told', () => {
    expect(failureKindOf(new AggregateError([withCode('ENETUNREACH'), withCode('ECONNREFUSED')]))).toBe(
      'refused',
    );
    expect(failureKindOf(new AggregateError([withCode('ETIMEDOUT'), withCode('ENETUNREACH')]))).toBe(
      'connect-timeout',
    );
  });

  test('what no container did is no failure of one', () => {
    const circle = new Error('a circle');
    circle.cause = circle;
    for (const error of [
      new TypeError('x is not a function'),
      withCode('EMFILE'),
      withCode('ERR_INVALID_ARG_TYPE'),
      'a text',
      null,
      circle,
    ])
      expect(failureOf(error)).toBe(null);
  });

  test('the gateway’s own end is no failure of a container', () => {
    expect(
      [new GatewayStopping(), new errors.ClientDestroyedError(), new errors.ClientClosedError()].map(
        isStopping,
      ),
    ).toEqual([true, true, true]);
    expect([new errors.SocketError(), new TypeError()].map(isStopping)).toEqual([false, false]);
  });

  test.each(failureKinds)('%s is told in words: which container, what happened, what to do', (kind) => {
    const problem = failureProblem(new ContainerFailure(kind, 'private'), 'hello');
    const others: Partial<Record<FailureKind, number>> = { unsendable: 400, busy: 503 };
    expect(problem.status).toBe(others[kind] ?? (kind.endsWith('timeout') ? 504 : 502));
    expect(problem.detail).toMatch(/^hello .+\. .+\.$/);
    expect(problem.body('1')).toMatchObject({ failure: kind });
    expect(JSON.stringify(problem.body('1'))).not.toContain('private');
  });
});

describe('E13: failures in the log', () => {
  test('with their cause; the first at once, then one a second of each plugin and kind, and how many were left out', () => {
    const lines: unknown[] = [];
    const log = pino(
      new Writable({ write: (line: Buffer, _, done) => done(void lines.push(JSON.parse(line.toString()))) }),
    );
    let now = 0;
    const tell = failureLog(log, () => now);
    const failure = new ContainerFailure(
      'refused',
      'connect ECONNREFUSED 127.0.0.1:1',
      withCode('ECONNREFUSED'),
    );
    const line = { plugin: 'hello', failure, status: 502, requestId: 'r1' };
    for (let count = 0; count < 100; count++) tell(line);
    tell({ ...line, plugin: 'other' });
    tell({ ...line, failure: new ContainerFailure('lost', 'it closed') });
    now = 1_000;
    tell({ ...line, requestId: 'r2' });
    expect(lines).toMatchObject([
      {
        plugin: 'hello',
        failure: 'refused',
        code: 'ECONNREFUSED',
        cause: 'connect ECONNREFUSED 127.0.0.1:1',
        status: 502,
        requestId: 'r1',
      },
      { plugin: 'other', failure: 'refused' },
      { plugin: 'hello', failure: 'lost', cause: 'it closed' },
      { plugin: 'hello', failure: 'refused', requestId: 'r2', suppressed: 99 },
    ]);
  });
});

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A port where nothing listens any more. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function errorOf(port: number): Promise<unknown> {
  return new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve));
}
