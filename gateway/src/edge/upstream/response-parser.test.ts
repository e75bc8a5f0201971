import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UpstreamHead } from '#edge/http/upstream-head.ts';
import { anyAnswer, attempt, cutAt, cuts, readByNode, readIn, type Read } from '#edge/testing/any-answer.ts';
import { ResponseParser } from './response-parser.ts';

describe('P9 an answer that comes byte by byte', () => {
  const drip = (text: string): void => {
    const parser = new ResponseParser({
      onInformation: () => {},
      onHead: () => {},
      onBody: () => {},
      onWholeBody: () => {},
      onEnd: () => {},
    });
    parser.begin(false);
    const bytes = Buffer.from(text, 'latin1');
    for (let from = 0; from < bytes.length; from++) parser.read(bytes.subarray(from, from + 1));
  };
  /**
   * The least of some rounds, in microseconds of this process: what others do meanwhile is not in it. User and
   * system time together, for the division between them is a guess of the kernel.
   */
  const costOf = (text: string, times: number): number =>
    Math.min(
      ...Array.from({ length: 9 }, () => {
        const before = process.cpuUsage();
        for (let time = 0; time < times; time++) drip(text);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      }),
    );

  test.each<[string, (length: number) => string, number]>([
    ['a head', (length) => `HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(length)}\r\n`, 31_000],
    [
      'trailers',
      (length) => `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-a: ${'a'.repeat(length)}\r\n`,
      15_000,
    ],
  ])('%s costs time that grows with its length alone', (_name, textOfLength, longest) => {
    costOf(textOfLength(longest), 1);
    // One of the length costs as much as eight of an eighth, and eight times as much where each byte were
    // searched again.
    const ofOne = costOf(textOfLength(longest), 1);
    expect(ofOne / costOf(textOfLength(longest / 8), 8)).toBeLessThan(4);
  });

  test('a head of 64 KB is refused at 32 KB', () => {
    expect(() => drip(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(65_536)}\r\n\r\n`)).toThrow(
      'the head is too long',
    );
  });
});

describe('P7 P8 a container’s answer', () => {
  test.each<[string, string, Partial<Read>]>([
    [
      'with a length',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello',
      { status: 200, body: 'hello', lines: ['Content-Length', '5', 'X-A', 'b'] },
    ],
    [
      'in chunks, with trailers',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n',
      { body: 'abcde', trailers: ['X-T', '1'] },
    ],
    ['without a body', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', isReusable: false }],
    [
      'not modified, with a length',
      'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n',
      { status: 304, body: '', isReusable: false },
    ],
    [
      'after information',
      'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
      { informed: [103], status: 200, isReusable: true },
    ],
    ['without a reason', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', { status: 200 }],
    [
      'with values in Latin-1 and blanks around them',
      'HTTP/1.1 200 OK\r\nx-a: \t caf\xe9 \t\r\ncontent-length: 0\r\n\r\n',
      { lines: ['x-a', 'caf\xe9', 'content-length', '0'] },
    ],
    [
      'that closes',
      'HTTP/1.1 200 OK\r\nconnection: Keep-Alive, Close\r\ncontent-length: 1\r\n\r\nx',
      { body: 'x', isReusable: false },
    ],
    [
      'of the old protocol',
      'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx',
      { body: 'x', isReusable: false },
    ],
  ])('%s is read, wherever it is cut', (_name, answer, expected) => {
    expect(readIn([answer])).toMatchObject(expected);
    expect(readIn(answer.split(''))).toMatchObject(expected);
  });

  test('without a length it lasts until the connection ends', () => {
    const answer = 'HTTP/1.1 200 OK\r\nx-a: b\r\n\r\nall of it';
    expect(readIn([answer], { isClosed: true })).toMatchObject({ body: 'all of it', isReusable: false });
  });

  test('to HEAD it has no body, whatever its length', () => {
    expect(readIn(['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'], { isHead: true })).toMatchObject({
      body: '',
      isReusable: false,
    });
  });

  test.each([
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'chunks twice',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['chunks of the old protocol', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['another coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['a length with a sign', 'HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\nhello'],
    ['a length in hexadecimal', 'HTTP/1.1 200 OK\r\ncontent-length: 0x5\r\n\r\nhello'],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\n\r\nhello'],
    ['white space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\nhello'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nx-a: b\r\n c\r\ncontent-length: 0\r\n\r\n'],
    ['a line feed alone', 'HTTP/1.1 200 OK\r\nx-a: b\nx-c: d\r\ncontent-length: 0\r\n\r\n'],
    ['a carriage return alone', 'HTTP/1.1 200 OK\r\nx-a: b\rx-c: d\r\ncontent-length: 0\r\n\r\n'],
    ['a NUL', 'HTTP/1.1 200 OK\r\nx-a: b\0\r\ncontent-length: 0\r\n\r\n'],
    ['a line without a name', 'HTTP/1.1 200 OK\r\n: b\r\ncontent-length: 0\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['version 2', 'HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a switch of protocols unasked', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    [
      'a chunk longer than it says',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n',
    ],
    [
      'a blank behind the size of a chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3 ;a\r\nabc\r\n0\r\n\r\n',
    ],
    [
      'a chunk whose size is none',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n\r\n0\r\n\r\n',
    ],
    [
      'a second answer',
      'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    ],
    ['a byte behind its end', 'HTTP/1.1 204 No Content\r\n\r\nx'],
  ])('%s is refused, wherever it is cut', (_name, answer) => {
    expect(() => readIn([answer])).toThrow(/cannot be read/);
    expect(() => readIn(answer.split(''))).toThrow(/cannot be read/);
  });

  test.each([
    ['a head', 'HTTP/1.1 200 OK\r\nx-a: ', 'a'],
    ['the line of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', 'a'],
    ['trailers', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-a: ', 'a'],
  ])('P9 %s without end is refused', (_name, begin, again) => {
    const piece = again.repeat(1024);
    expect(() => readIn([begin, ...Array.from({ length: 64 }, () => piece)])).toThrow(/too long/);
  });

  test.each([
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    'HTTP/1.1 200 OK\r\nx-a: b\r\n',
  ])('that ends before its end is lost: %j', (answer) => {
    expect(() => readIn([answer], { isClosed: true })).toThrow(/before the answer did/);
  });

  test('what came before on the connection changes nothing, not even the same answer or one that begins alike', () => {
    fc.assert(
      fc.property(anyAnswer, cuts, fc.constantFrom('same', 'other', 'alike'), (answer, at, which) => {
        const alike = answer.replace('\r\n\r\n', '\r\nx-more: 1\r\n\r\n');
        const other = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';
        const earlier = { same: answer, alike, other }[which];
        // Only what ends by itself leaves a connection for another.
        if (attempt(() => readIn([earlier]))?.isReusable !== true) return;
        const alone = attempt(() => readIn(cutAt(answer, at), { isClosed: true }));
        expect(attempt(() => readIn(cutAt(answer, at), { isClosed: true, before: [earlier] }))).toEqual(
          alone,
        );
        expect(
          attempt(() => readIn(cutAt(answer, at), { isClosed: true, before: [earlier, earlier] })),
        ).toEqual(alone);
      }),
      { numRuns: 3000 },
    );
  });

  test('a head is understood once as long as answers begin with the same bytes, and anew when they do not', () => {
    const heads: UpstreamHead[] = [];
    const reader = new ResponseParser({
      onInformation: () => {},
      onHead: (head) => heads.push(head),
      onBody: () => {},
      onWholeBody: () => {},
      onEnd: () => {},
    });
    for (const answer of ['1', '1', '12'].map(
      (body) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )) {
      reader.begin(false);
      reader.read(Buffer.from(answer, 'latin1'));
    }
    expect(heads[1]).toBe(heads[0]);
    expect(heads[2]).not.toBe(heads[1]);
    expect(heads[2]?.lines).toEqual(['content-length', '2']);
  });

  test('whatever is read here, Node’s own reader reads the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, cuts, async (answer, at) => {
        const ours = attempt(() => readIn(cutAt(answer, at), { isClosed: true }));
        if (ours)
          expect(await readByNode(answer)).toEqual({
            status: ours.status,
            lines: ours.lines,
            body: ours.body,
            trailers: ours.trailers,
          });
      }),
      { numRuns: 2000 },
    );
  });
});
