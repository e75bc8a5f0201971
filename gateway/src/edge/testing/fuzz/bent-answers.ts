/** Answers of a container that are bent at random: none of them may become the answer to another request. */
import { seeded } from './seeded.ts';

export type BentAnswer = { bytes: string; thenEnds: boolean };

/** @returns a sound answer that names whom it answers, in its head and in its body */
export function soundAnswer(name: string, hasBody: boolean): string {
  const body = `answers ${name}.`;
  return `HTTP/1.1 200 OK\r\nx-answers: ${name}\r\ncontent-length: ${body.length}\r\n\r\n${hasBody ? body : ''}`;
}

/** @param name whom it answers @returns `null` for most cases: they get a sound one */
export function bentAnswer(seed: number, index: number, name: string): BentAnswer | null {
  const random = seeded(seed ^ 0x5bd1e995, index);
  if (random.share() > 0.15) return null;
  const head = `HTTP/1.1 200 OK\r\nx-answers: ${name}\r\n`;
  const body = `answers ${name}.`;
  const poison = soundAnswer('poison', true);
  const bytes = random.pick([
    `${head}content-length: ${body.length + 5}\r\n\r\n${body}`,
    `${head}content-length: ${body.length - 5}\r\n\r\n${body}`,
    `${head}content-length: ${body.length}\r\n\r\n${body}${poison}`,
    `${head}content-length: ${body.length}\r\ncontent-length: 3\r\n\r\n${body}`,
    `${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    `${head}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n`,
    `${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`,
    `${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-user-id: evil\r\nx-sum: 1\r\n\r\n`,
    `${head}transfer-encoding: xchunked\r\n\r\n${body}`,
    `${head}content-length: +5\r\n\r\n${body}`,
    `HTTP/1.1 204 No Content\r\nx-answers: ${name}\r\ncontent-length: 5\r\n\r\nabcde${poison}`,
    `HTTP/1.1 304 Not Modified\r\nx-answers: ${name}\r\ncontent-length: 5\r\n\r\n`,
    `HTTP/1.1 100 Continue\r\n\r\n${soundAnswer(name, true)}`,
    `HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n${soundAnswer(name, true)}`,
    `HTTP/1.1 103 Early Hints\r\nlink: <\u0000>\r\n\r\n${soundAnswer(name, true)}`,
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n${poison}`,
    `HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n`,
    `HTTP/1.1 999 Odd\r\nx-answers: ${name}\r\ncontent-length: 0\r\n\r\n`,
    `${head}x-a: b\rset-cookie: berth_session=evil\r\ncontent-length: 0\r\n\r\n`,
    `${head}x-a: b\u0000\u0001\r\ncontent-length: 0\r\n\r\n`,
    `${head}x-\u00e9: b\r\ncontent-length: 0\r\n\r\n`,
    `${head}set-cookie: berth_session=evil\r\nset-cookie: a=1; path=/../x\r\ncontent-length: 0\r\n\r\n`,
    `${head}location: //evil\r\nx-berth-assertion: evil\r\nconnection: content-length, x-request-id\r\ncontent-length: 0\r\n\r\n`,
    `HTTP/1.0 200 OK\r\nx-answers: ${name}\r\n\r\n${body}`,
    `${head}\r\n${body}`,
    'HTTP/1.1 200',
    'nonsense\r\n\r\n',
    '',
  ]);
  return { bytes, thenEnds: random.share() < 0.8 };
}
