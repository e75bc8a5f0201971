/** Answers of a container, good and broken, and what a reader makes of them: ours, and Node's. */
import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { ResponseParser } from '#edge/upstream/response-parser.ts';

export type Read = {
  informed: number[];
  status: number;
  lines: string[];
  body: string;
  trailers: string[];
  isReusable: boolean;
};

/** @param before answers that came on the same connection */
export function readIn(
  pieces: readonly string[],
  { isHead = false, isClosed = false, before = [] as readonly string[] } = {},
): Read {
  let read: Read = { informed: [], status: 0, lines: [], body: '', trailers: [], isReusable: false };
  let isOver = false;
  const reader = new ResponseParser({
    onInformation: (status) => read.informed.push(status),
    onHead: ({ status, lines }) => Object.assign(read, { status, lines }),
    onBody: (piece) => (read.body += piece.toString('latin1')),
    onWholeBody: (text) => (read.body += text),
    onEnd: (trailers) => {
      isOver = true;
      read.trailers = trailers;
    },
  });
  for (const answer of before) {
    reader.begin(false);
    reader.read(Buffer.from(answer, 'latin1'));
  }
  read = { informed: [], status: 0, lines: [], body: '', trailers: [], isReusable: false };
  isOver = false;
  reader.begin(isHead);
  for (const piece of pieces) reader.read(Buffer.from(piece, 'latin1'));
  if (isClosed) reader.close();
  if (!isOver) throw new Error('the answer is not over');
  return { ...read, isReusable: reader.isReusable };
}

export function attempt(work: () => Read): Read | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const name = fc.constantFrom(
  'x-a',
  'Content-Type',
  'content-length',
  'Transfer-Encoding',
  'connection',
  'x a',
  'x\ty',
  'Set-Cookie',
  'trailer',
);
const value = fc.oneof(
  fc.constantFrom(
    '',
    '5',
    '3',
    '0',
    ' 5 ',
    'chunked',
    'close',
    'keep-alive',
    'gzip',
    'a\tb',
    'a\x01b',
    'caf\xe9',
    '5,5',
    '0x3',
  ),
  fc.string({ maxLength: 8 }),
);
const body = fc.constantFrom(
  '',
  'abc',
  'hello',
  '3\r\nabc\r\n0\r\n\r\n',
  '0\r\n\r\n',
  '5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n',
  '3\nabc\n0\n\n',
  '3 ;a\r\nabc\r\n0\r\n\r\n',
);
export const anyAnswer = fc
  .tuple(
    fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.0 200 OK',
      'HTTP/1.1 204 None',
      'HTTP/1.1 304',
      'HTTP/1.1 404 Not Found',
      'HTTP/1.1  200 OK',
      'http/1.1 200 OK',
    ),
    fc.array(
      fc.tuple(
        name,
        fc.constantFrom(': ', ':', ' : '),
        value,
        fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r\n '),
      ),
      { maxLength: 5 },
    ),
    body,
  )
  .map(
    ([first, lines, rest]) =>
      `${first}\r\n${lines.map(([own, colon, said, end]) => own + colon + said + end).join('')}\r\n${rest}`,
  );
export const cuts = fc.array(fc.nat(200), { maxLength: 4 });

export function cutAt(text: string, at: readonly number[]): string[] {
  const places = [
    0,
    ...at.filter((place) => place > 0 && place < text.length).toSorted((a, b) => a - b),
    text.length,
  ];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

/** Node's client over a stream that is no socket: everything comes at once and ends. */
export async function readByNode(
  answer: string,
): Promise<Pick<Read, 'status' | 'lines' | 'body' | 'trailers'>> {
  const stream = new Duplex({ read: () => {}, write: (_piece, _encoding, done) => done() });
  const asking = request({ createConnection: () => stream, path: '/', headers: { host: 'a' } });
  asking.end();
  const response = once(asking, 'response');
  // Without a listener it would end the run and not this one case.
  asking.on('error', () => {});
  stream.push(Buffer.from(answer, 'latin1'));
  stream.push(null);
  const answers: unknown[] = await response;
  const message = answers[0];
  if (!(message instanceof IncomingMessage)) throw new Error('no answer');
  let text = '';
  for await (const piece of message)
    text += (piece instanceof Buffer ? piece : Buffer.from(String(piece))).toString('latin1');
  return {
    status: message.statusCode ?? 0,
    lines: message.rawHeaders,
    body: text,
    trailers: message.rawTrailers,
  };
}
