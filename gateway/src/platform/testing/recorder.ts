/** For tests: a listener in front of a container that keeps every byte on its way there, as somebody on the network would. */
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

export type Recorder = {
  port: number;
  /** All bytes of all connections towards the container, as Latin-1. */
  heard: () => string;
  /** Connections so far. */
  count: () => number;
  /** Breaks what stands. */
  cut: () => void;
  close: () => void;
};

/** @param port of the container on the loopback; `null`: it says nothing and keeps the connection */
export async function record(port: number | null): Promise<Recorder> {
  const pieces: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => pieces.push(bytes));
    if (port === null) return;
    const container = connect(port, '127.0.0.1');
    container.on('error', () => container.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => container.destroy());
    socket.pipe(container).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen on a port');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    heard: () => Buffer.concat(pieces).toString('latin1'),
    count: () => connections,
    cut,
    close: () => {
      cut();
      server.close();
    },
  };
}

/** Whether all of it is TLS: records of the handshake and what they protect (RFC 8446 5.1), and nothing else. */
export function isOnlyTls(heard: string): boolean {
  const bytes = Buffer.from(heard, 'latin1');
  return (
    bytes.length > 0 &&
    bytes[0] === 0x16 &&
    bytes[1] === 0x03 &&
    !/HTTP\/1\.|x-berth|cookie|secret/.test(heard)
  );
}
