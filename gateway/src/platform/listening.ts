/** Servers that listen, and that stop without resetting whoever was just about to be let in. */
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';

/** @returns the port, also where 0 was asked for */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

export function addressOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Node takes in one waiting connection in each turn of its loop, and those that wait when it stops listening are reset.
 * @returns right after a turn in which none came; under a flood, after a while all the same
 */
export async function nobodyWaits(server: Server): Promise<void> {
  let taken = 0;
  const count = (): void => void taken++;
  server.on('connection', count);
  for (let turns = 0, before = -1; turns < 5_000 && taken !== before; turns++) {
    before = taken;
    await turnEnd();
  }
  server.off('connection', count);
}
