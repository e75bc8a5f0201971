import { createPublicKey, verify, sign } from 'node:crypto';
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeKeys } from '#cli/keys.ts';
import { keysRoom } from './keys.room.ts';

const log = createLogger('test', 'silent');

describe('keys', () => {
  let made: string;
  let folder: string;
  beforeAll(async () => {
    made = await mkdtemp(join(tmpdir(), 'berth-keys-'));
    await makeKeys(made);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-keys-'));
    await cp(made, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  afterAll(() => rm(made, { recursive: true, force: true }));

  const keySet = async (room: ReturnType<typeof keysRoom>) =>
    z
      .object({ keys: z.array(z.record(z.string(), z.unknown())) })
      .parse(await (await room.routes.request('/.well-known/jwks.json')).json()).keys;

  test('are made once, for their owner alone', async () => {
    const names = await readdir(folder);
    const before = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    expect(names).toHaveLength(3);
    expect(await makeKeys(folder)).toEqual([]);
    expect(await readdir(folder)).toEqual(names);
    expect(await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).toEqual(before);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('E2 public halves alone are published, with what a verifier needs', async () => {
    const room = keysRoom({ folder, log });
    const keys = await keySet(room);
    expect(keys).toEqual([
      {
        kty: 'RSA',
        kid: room.accessSigner().kid,
        use: 'sig',
        alg: 'RS256',
        n: expect.any(String) as unknown,
        e: 'AQAB',
      },
      {
        kty: 'OKP',
        crv: 'Ed25519',
        kid: room.assertionSigner().kid,
        use: 'sig',
        alg: 'EdDSA',
        x: expect.any(String) as unknown,
      },
    ]);
    const [rsa] = keys;
    expect(Buffer.from(String(rsa?.['n']), 'base64url')).toHaveLength(512);
    const data = Buffer.from('data');
    expect(
      verify(
        null,
        data,
        createPublicKey({ key: keys[1] ?? {}, format: 'jwk' }),
        sign(null, data, room.assertionSigner().privateKey),
      ),
    ).toBe(true);
    expect(room.accessKey('unknown')).toBeNull();
    expect(room.secret).toHaveLength(32);
    room.stop();
  });

  test('E2 rotation overlaps: the newest signs, the older ones are still published until their file goes', async () => {
    const room = keysRoom({ folder, log });
    const old = room.accessSigner().kid;
    await makeKeys(folder, { rotate: true, now: new Date(Date.now() + 60_000) });
    expect(room.accessSigner().kid).toBe(old);
    room.reload();
    expect(room.accessSigner().kid).not.toBe(old);
    expect(room.accessKey(old)).not.toBeNull();
    expect(await keySet(room)).toHaveLength(4);
    await rm(join(folder, `access-${old}.pem`));
    room.reload();
    expect(room.accessKey(old)).toBeNull();
    room.stop();
  });

  test('a folder that breaks while it runs leaves the keys in use; at start it is refused by name', async () => {
    const room = keysRoom({ folder, log });
    const { kid } = room.accessSigner();
    await writeFile(join(folder, 'access-99999999.pem'), 'broken', { mode: 0o600 });
    room.reload();
    expect(room.accessSigner().kid).toBe(kid);
    room.stop();
    expect(() => keysRoom({ folder, log })).toThrow('access-99999999.pem is not a private key');
  });

  test('a key that others can read, a weak one, and missing ones are refused at start', async () => {
    const room = keysRoom({ folder, log });
    const access = join(folder, `access-${room.accessSigner().kid}.pem`);
    room.stop();
    await chmod(access, 0o644);
    expect(() => keysRoom({ folder, log })).toThrow('can be read by others');
    await chmod(access, 0o600);
    const assertion = (await readdir(folder)).find((name) => name.startsWith('assertion-')) ?? '';
    await cp(join(folder, assertion), access, { force: true });
    expect(() => keysRoom({ folder, log })).toThrow('an access key must be RSA');
    await rm(access);
    expect(() => keysRoom({ folder, log })).toThrow('There are no keys');
  });
});
