/** Listens on a free port of the loopback and says which on standard output, as one line of JSON. */
import type { Server } from 'node:net';

export function announce(server: Server, more: Record<string, unknown> = {}): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address)
      process.stdout.write(`${JSON.stringify({ port: address.port, ...more })}\n`);
  });
}
