import { describe, expect, test } from 'vitest';
import { HeaderLines } from '#edge/http/header-lines.ts';
import { requestHead } from './request-writer.ts';
import type { UpstreamRequest } from './upstream.types.ts';

const request = (more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  method: 'GET',
  path: '/a?b=c',
  cachedHeaders: new HeaderLines(['x-a', 'caf\xe9\tb']),
  requestHeaders: ['x-request-id', '1'],
  body: null,
  isLongLived: false,
  needsNewConnection: false,
  startedAt: 0,
  headTimeoutMs: 1,
  idleTimeoutMs: 1,
  ...more,
});

describe('the head of a request to a container', () => {
  test('holds what it was given, our lines last', () => {
    expect(requestHead(request(), 'c:80', false)).toBe(
      'GET /a?b=c HTTP/1.1\r\nhost: c:80\r\nconnection: keep-alive\r\nx-a: caf\xe9\tb\r\nx-request-id: 1\r\n\r\n',
    );
    expect(requestHead(request({ method: 'POST' }), 'c', true)).toContain(
      'connection: close\r\ncontent-length: 0\r\n',
    );
  });

  // The writer takes each character for one byte: U+010D and U+010A would be CR and LF on the wire.
  test.each<[string, Partial<UpstreamRequest>]>([
    ['CR LF in a value', { cachedHeaders: new HeaderLines(['x-a', 'b\r\nx-user-id: evil']) }],
    ['LF alone', { cachedHeaders: new HeaderLines(['x-a', 'b\nc']) }],
    ['NUL', { cachedHeaders: new HeaderLines(['x-a', '\0']) }],
    ['a character that is cut to CR', { cachedHeaders: new HeaderLines(['x-a', 'b\u010d\u010ac']) }],
    ['a name that is no token', { cachedHeaders: new HeaderLines(['x-a: b\r\nx-c', 'd']) }],
    ['a name that is empty', { cachedHeaders: new HeaderLines(['', 'd']) }],
    ['one of our own lines', { requestHeaders: ['x-request-id', '1\r\n'] }],
    ['a space in the path', { path: '/a HTTP/1.1\r\nx-b: c' }],
    ['a character above ASCII in the path', { path: '/\u0120' }],
    ['a method that is no token', { method: 'GET /x' }],
  ])('P7: %s is refused by the writer itself', (_name, more) => {
    expect(() => requestHead(request(more), 'c', false)).toThrow('holds a byte that cannot be sent');
  });
});
