import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { makeAuthority, type Identity } from '../testing/certificates.ts';
import { failureKindOf } from './failure.ts';
import { openSocket } from './transport.ts';
import { readTrustedCa, type Upstream } from './upstream.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe('E12: who proves a container', () => {
  test('NODE_EXTRA_CA_CERTS counts where no authority is named, and only there', async () => {
    const [ours, theirs] = [makeAuthority('ours'), makeAuthority('theirs')];
    const folder = await mkdtemp(join(tmpdir(), 'berth-extra-'));
    ends.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'extra.crt');
    await writeFile(file, ours.ca);
    const { port } = await serve(ours.identity('DNS:localhost'));
    const open = async (upstream: Upstream): Promise<string> => {
      const script = `
        import { openSocket } from ${JSON.stringify(new URL('transport.ts', import.meta.url).href)};
        const say = (word) => { console.log(word); process.exit(); };
        openSocket(${JSON.stringify(upstream)}, { onReady: () => say('ready'), onFailure: ({ kind }) => say(kind) });
      `;
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: file, NODE_OPTIONS: '' };
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        env,
      });
      return stdout.trim();
    };
    const origin = `https://localhost:${port}`;
    expect(await open({ origin })).toBe('ready');
    expect(await open({ origin, ca: readTrustedCa(theirs.ca) ?? undefined })).toBe('tls');
  });

  test('a certificate by which nobody vouches but itself is its own authority, and nobody else’s', async () => {
    const [one, other] = [makeAuthority('one'), makeAuthority('other')];
    const { port } = await serve({ key: one.key, cert: one.ca });
    expect(await reach({ origin: `https://localhost:${port}`, ca: readTrustedCa(one.ca) ?? undefined })).toBe(
      'ready',
    );
    expect(
      await reach({ origin: `https://localhost:${port}`, ca: readTrustedCa(other.ca) ?? undefined }),
    ).toBe('tls');
  });
});

function reach(upstream: Upstream): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = openSocket(upstream, {
      onReady: () => resolve('ready'),
      onFailure: (error) => resolve(failureKindOf(error)),
    });
    ends.push(() => socket.destroy());
  });
}

async function serve(identity: Identity): Promise<{ port: number }> {
  const server: Server = createServer(identity, (socket) => {
    socket.on('error', () => socket.destroy());
  });
  ends.push(() => server.close());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, 'localhost', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  return { port };
}
