import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { askContainer } from '@berth/plugin-kit/conformance';
import {
  createTestGateway,
  serveKeys,
  type KeyServer,
  type TestGateway,
} from '@berth/plugin-kit/container/test-gateway.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('hello.ts', import.meta.url));

describe('the hello example, as a process', () => {
  let gateway: TestGateway;
  let keys: KeyServer;
  let folder: string;
  let hello: ChildProcess;
  let url: string;

  beforeAll(async () => {
    gateway = await createTestGateway();
    keys = await serveKeys(gateway.jwks);
    folder = await mkdtemp(join(tmpdir(), 'berth-hello-'));
    const env = {
      ...process.env,
      PORT: '0',
      BERTH_GATEWAY_URL: keys.url,
      HELLO_SETTINGS: join(folder, 'settings.json'),
    };
    hello = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    url = await addressOf(hello);
  });

  afterAll(async () => {
    if (hello.exitCode === null && hello.signalCode === null) hello.kill('SIGKILL');
    await keys.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('is at most 30 lines', async () => {
    expect((await readFile(program, 'utf8')).trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  test('greets who is asking, as its settings say', async () => {
    const headers = await gateway.headers('hello', { name: 'Zoë' });
    const greet = async (): Promise<unknown> => (await fetch(`${url}/greeting`, { headers })).json();
    expect(await greet()).toEqual({ text: 'Hello, Zoë!', mood: 'sunny', wish: 'Fair winds!' });
    const patch = { greeting: 'Ahoy', repeat: 2, loud: true, passphrase: 'anchor', wishes: [] };
    const changed = await fetch(`${url}/plugin/settings`, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify(patch),
    });
    expect(await changed.json()).toMatchObject({ greeting: 'Ahoy', passphrase: '********' });
    expect(await greet()).toEqual({ text: 'AHOY, AHOY, ZOË!', mood: 'sunny', wish: null });
    expect(await (await fetch(`${url}/greeting`)).json()).toMatchObject({ type: '/problems/not-signed-in' });
  });

  test('answers every question of the gateway', async () => {
    const findings = await askContainer({ url, id: 'hello', assertion: (id) => gateway.assertion(id) });
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.length).toBeGreaterThan(20);
  });

  test('stops on SIGTERM with exit code 0', async () => {
    const ended = once(hello, 'exit');
    hello.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

async function addressOf(process: ChildProcess): Promise<string> {
  if (!process.stdout) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: process.stdout })) {
    const found: unknown = /"url":"([^"]+)"/.exec(line)?.[1];
    if (typeof found === 'string') return found;
  }
  throw new Error('The process ended before it listened.');
}
