/** I16: which key seals, and which opens. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addSealingKey, sealingKeys } from './sealing-keys.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'berth-keys-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const plain = Buffer.from('a password');

test('I16: a new key seals from then on, and the old one still opens', async () => {
  const keys = sealingKeys(folder, 'test');
  const before = keys.seal(plain, 'host');
  const name = addSealingKey(folder, new Date('2026-11-29T05:00:00.000Z'));
  expect((await readdir(folder)).toSorted()).toEqual([name, 'sealing.key']);
  const after = keys.seal(plain, 'host');
  const reopened = sealingKeys(folder, 'test');
  for (const sealed of [before, after]) expect(reopened.open(sealed, 'host')).toEqual(plain);
  await rm(join(folder, name));
  expect(keys.open(after, 'host')).toBeNull();
});

test('I16: while the newest key cannot be read nothing is sealed; older ones open', async () => {
  const keys = sealingKeys(folder, 'test');
  const sealed = keys.seal(plain, 'host');
  const name = 'sealing-20261129T050000000Z.key';
  await writeFile(join(folder, name), 'cut');
  expect(() => keys.seal(plain, 'host')).toThrow(name);
  expect(keys.open(sealed, 'host')).toEqual(plain);
  expect(await readFile(join(folder, name), 'utf8')).toBe('cut');
});
