/**
 * A container on bare sockets that reads as strictly as the standard can be read, and notes whatever is not
 * canonical.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { listen } from '../edge-server.ts';
import { flawOf } from '../canonical.ts';

/** `name`: what `x-case` said. */
export type Arrived = { name: string; method: string };
export type Offence = { flaw: string; bytes: string };
export type Answer = { bytes: string; thenEnds: boolean };

export type StrictContainer = {
  origin: string;
  offences: Offence[];
  openSockets: () => number;
  close: () => void;
};

const maxKeptOffences = 20;

export async function strictContainer(
  userId: string,
  answer: (request: Arrived) => Answer,
): Promise<StrictContainer> {
  const offences: Offence[] = [];
  const sockets = new Set<Socket>();
  let host = '';
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    const offend = (flaw: string): void => {
      if (offences.length < maxKeptOffences) offences.push({ flaw, bytes: text });
      socket.destroy();
    };
    socket.on('data', (chunk: string) => {
      text += chunk;
      while (text !== '') {
        const read = readRequest(text);
        if (read === 'incomplete') return;
        if ('flaw' in read) return offend(read.flaw);
        const [line = '', ...lines] = read.head.split('\r\n');
        const flaw = flawOf({ line, lines }, { host, userId, address: '127.0.0.1' });
        if (flaw !== null) return offend(flaw);
        text = text.slice(read.length);
        const { bytes, thenEnds } = answer({
          name: valueOf(lines, 'x-case') ?? '',
          method: line.split(' ')[0] ?? '',
        });
        if (thenEnds) return void socket.end(bytes, 'latin1');
        socket.write(bytes, 'latin1');
      }
    });
  });
  const port = await listen(server);
  host = `127.0.0.1:${port}`;
  return {
    origin: `http://${host}`,
    offences,
    openSockets: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

export function valueOf(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2);
}

type Read = 'incomplete' | { flaw: string } | { head: string; body: string; length: number };

function readRequest(text: string): Read {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) {
    if (text.length > 64 * 1024) return { flaw: 'a head without an end' };
    return /^[A-Z]/.test(text) ? 'incomplete' : { flaw: 'bytes that begin no request' };
  }
  const head = text.slice(0, end);
  const lines = head.split('\r\n');
  const begin = end + 4;
  if (valueOf(lines, 'transfer-encoding') !== undefined) return readChunks(text, head, begin);
  const length = begin + Number(valueOf(lines, 'content-length') ?? 0);
  // A length that is no number is told apart later, with the head.
  if (text.length < length) return 'incomplete';
  return {
    head,
    body: text.slice(begin, Number.isNaN(length) ? begin : length),
    length: Number.isNaN(length) ? begin : length,
  };
}

/** Sizes in plain hexadecimal, no extensions, no trailers: nothing else has a reason to arrive. */
function readChunks(text: string, head: string, begin: number): Read {
  let at = begin;
  let body = '';
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return text.length - at > 16 ? { flaw: 'a chunk size without an end' } : 'incomplete';
    const digits = text.slice(at, lineEnd);
    if (!/^(?:0|[1-9a-f][0-9a-f]{0,7})$/i.test(digits))
      return { flaw: `a chunk size: ${JSON.stringify(digits)}` };
    const size = Number.parseInt(digits, 16);
    const dataEnd = lineEnd + 2 + size;
    if (text.length < dataEnd + 2) return 'incomplete';
    if (text.slice(dataEnd, dataEnd + 2) !== '\r\n')
      return { flaw: 'a chunk that is longer than it said, or a trailer' };
    if (size === 0) return { head, body, length: dataEnd + 2 };
    body += text.slice(lineEnd + 2, dataEnd);
    at = dataEnd + 2;
  }
}
