/**
 * Keys and values of many folders in one file, sealed with AES-256-GCM under a key made of a passphrase
 * (scrypt).
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createSemaphore } from '@berth/plugin-kit/base/semaphore.ts';
import { z } from 'zod';

const entry = z.object({ value: z.string(), is_secret: z.boolean(), updated_at: z.string() });
const content = z.record(z.string(), z.record(z.string(), entry));
export type Entry = z.output<typeof entry>;
type Content = z.output<typeof content>;

export type VaultFile = {
  folder: (name: string) => Promise<ReadonlyMap<string, Entry>>;
  set: (folder: string, key: string, value: Entry) => Promise<void>;
  /** @returns whether it was there */
  remove: (folder: string, key: string) => Promise<boolean>;
};

const magic = Buffer.from('berth-vault-1\n');
const [saltBytes, ivBytes, tagBytes] = [16, 12, 16];

/** @throws Error when the passphrase is not the one that the file was sealed with */
export async function vaultFile(path: string, passphrase: string): Promise<VaultFile> {
  const known = await bytesOf(path);
  const salt = known ? known.subarray(magic.length, magic.length + saltBytes) : randomBytes(saltBytes);
  const key = scryptSync(passphrase, salt, 32, { N: 2 ** 15, maxmem: 64 * 1024 * 1024 });
  const oneAtATime = createSemaphore(1);

  const load = async (): Promise<Content> => {
    const bytes = await bytesOf(path);
    if (!bytes) return {};
    const sealed = bytes.subarray(magic.length + saltBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes));
    decipher.setAAD(magic).setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const plain = [decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()];
      return content.parse(JSON.parse(Buffer.concat(plain).toString('utf8')));
    } catch (cause) {
      throw new Error(`${path} does not open: it was changed, or the passphrase is another one.`, { cause });
    }
  };

  /** Whole or not at all: a crash leaves the old file. */
  const save = async (next: Content): Promise<void> => {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(magic);
    const sealed = [cipher.update(JSON.stringify(next), 'utf8'), cipher.final()];
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(Buffer.concat([magic, salt, iv, cipher.getAuthTag(), ...sealed]));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  };

  await load();
  return {
    folder: async (name) => new Map(Object.entries((await load())[name] ?? {})),
    set: (folder, key, value) =>
      oneAtATime(async () => {
        const all = await load();
        await save({ ...all, [folder]: { ...all[folder], [key]: value } });
      }),
    remove: (folder, key) =>
      oneAtATime(async () => {
        const all = await load();
        const { [key]: found, ...others } = all[folder] ?? {};
        if (found) await save({ ...all, [folder]: others });
        return found !== undefined;
      }),
  };
}

async function bytesOf(path: string): Promise<Buffer | null> {
  try {
    const bytes = await readFile(path);
    if (!bytes.subarray(0, magic.length).equals(magic)) throw new Error(`${path} is no vault file.`);
    return bytes;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
