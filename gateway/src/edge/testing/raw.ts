/** For tests: bytes on the wire, as sent and as received, with no HTTP library in between. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { flawOf } from './canonical.ts';
import { listen } from './edge-server.ts';

/** Sends the bytes, reads until the other side closes or the answer is complete. */
export async function sendRaw(
  port: number,
  bytes: string,
  { until = isWhole }: { until?: (answer: string) => boolean } = {},
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    answer += text;
    if (until(answer)) resolve(answer);
  });
  socket.on('close', () => resolve(answer));
  socket.on('error', () => resolve(answer));
  socket.write(bytes, 'latin1');
  const whole = await promise;
  socket.destroy();
  return whole;
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** An answer with a known length that is all there. */
export function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = answer.slice(0, end).toLowerCase();
  const body = answer.slice(end + 4);
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length);
  if (head.includes('transfer-encoding: chunked')) return body.endsWith('0\r\n\r\n');
  return /^http\/1\.1 (204|304|1)/.test(head);
}

/** What a container got: the exact bytes of one request. */
export type Received = { line: string; target: string; headers: [string, string][]; body: string };

export type RawContainer = {
  origin: string;
  received: Received[];

  sockets: Set<Socket>;
  server: Server;
  close: () => void;
};

/**
 * A container without an HTTP library: it reads heads and bodies byte for byte, and its `close` throws when
 * any request was one that could be read in two ways.
 * @param answer what it writes, as it stands; `null` writes nothing
 */
export async function rawContainer(
  answer: (request: Received, socket: Socket, count: number) => string | null,
): Promise<RawContainer> {
  const received: Received[] = [];
  const flaws: string[] = [];
  let host = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setEncoding('latin1');
    let text = '';
    socket.on('data', (chunk: string) => {
      text += chunk;
      for (let next = takeRequest(text, host); next; next = takeRequest(text, host)) {
        text = next.rest;
        received.push(next.request);
        if (next.flaw !== null) flaws.push(next.flaw);
        const bytes = answer(next.request, socket, received.length);
        if (bytes !== null && socket.writable) socket.write(bytes, 'latin1');
      }
    });
  });
  const port = await listen(server);
  host = `127.0.0.1:${port}`;
  return {
    origin: `http://${host}`,
    received,
    sockets,
    server,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (flaws.length > 0) throw new Error(`The container got what is not canonical: ${flaws.join(', ')}`);
    },
  };
}

export function headersNamed(request: Received | undefined, name: string): string[] {
  return (request?.headers ?? []).filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
}

export const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

function takeRequest(
  text: string,
  host: string,
): { request: Received; flaw: string | null; rest: string } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [line = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((header): [string, string] => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon), header.slice(colon + 1).trim()];
  });
  const request = { line, target: line.split(' ')[1] ?? '', headers };
  const flaw = flawOf({ line, lines }, { host });
  const begin = end + 4;
  const length = Number(headerOf(headers, 'content-length') ?? 0);
  if (headerOf(headers, 'transfer-encoding') === 'chunked') {
    const last = text.indexOf('0\r\n\r\n', begin);
    if (last < 0) return null;
    return { flaw, request: { ...request, body: text.slice(begin, last) }, rest: text.slice(last + 5) };
  }
  if (text.length < begin + length) return null;
  return {
    flaw,
    request: { ...request, body: text.slice(begin, begin + length) },
    rest: text.slice(begin + length),
  };
}

function headerOf(headers: readonly [string, string][], name: string): string | undefined {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

export async function closed(socket: Socket): Promise<void> {
  if (!socket.destroyed) await once(socket, 'close');
}
