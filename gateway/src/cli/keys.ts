/**
 * Makes the gateway's keys: an RS256 key of 4096 bits for access tokens, an Ed25519 key for the assertions that
 * containers check, and a random secret for CSRF tokens and capabilities. Existing ones stay.
 *
 *   node gateway/src/cli/keys.ts FOLDER [--rotate]
 *
 * `--rotate` adds new keys beside the old: the newest by name signs, all are published, so nobody is signed out.
 * A new key for secrets at rest comes too: the gateway seals the others anew within the hour.
 * Delete an old file once everything that it signed has expired (8 hours, or BERTH_ACCESS_TOKEN_SECONDS) to retire it.
 */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';

const generate = promisify(generateKeyPair);

type KeyFile = { prefix: 'access' | 'assertion'; make: () => Promise<string> };

const keyFiles: readonly KeyFile[] = [
  { prefix: 'access', make: async () => pem(await generate('rsa', { modulusLength: 4096 })) },
  { prefix: 'assertion', make: async () => pem(await generate('ed25519')) },
];

export const keysMake: Command = {
  name: 'keys',
  usage: 'FOLDER [--rotate]',
  summary: "makes the gateway's keys where they are missing; --rotate adds new ones beside the old",
  run: async (args, { tell }) => {
    const { folder, rotate } = wishesIn(args);
    const made = await makeKeys(resolve(folder), { rotate });
    tell(made.length > 0 ? `made ${made.join(', ')}` : 'all keys are there');
  },
};

function wishesIn(args: string[]): { folder: string; rotate: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { rotate: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [folder, ...more] = positionals;
    if (folder !== undefined && more.length === 0) return { folder, rotate: values.rotate ?? false };
  } catch {
    // Told below, with the same sentence.
  }
  throw new CommandRefusal('Usage: berth keys FOLDER [--rotate]', 2);
}

/**
 * Makes what is missing, so running it again changes nothing.
 * @param options.rotate makes new keys even where there are some
 * @returns the names of the files made now
 */
export async function makeKeys(
  folder: string,
  options: { rotate?: boolean; now?: Date } = {},
): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const present = await readdir(folder);
  const made: string[] = [];
  for (const { prefix, make } of keyFiles) {
    if (!options.rotate && present.some((name) => name.startsWith(`${prefix}-`) && name.endsWith('.pem')))
      continue;
    const name = `${prefix}-${newKeyId(options.now ?? new Date())}.pem`;
    await writeWhole(folder, name, await make());
    made.push(name);
  }
  if (options.rotate) {
    const name = `sealing-${newKeyId(options.now ?? new Date())}.key`;
    await writeWhole(folder, name, `${randomBytes(32).toString('hex')}\n`);
    made.push(name);
  }
  if (!present.includes('secret')) {
    await writeWhole(folder, 'secret', `${randomBytes(32).toString('hex')}\n`);
    made.push('secret');
  }
  return made;
}

/** Names sort by age. */
function newKeyId(now: Date): string {
  return `${now.toISOString().replaceAll(/[^0-9]/g, '')}-${randomBytes(4).toString('hex')}`;
}

function pem(pair: {
  privateKey: { export: (options: { type: 'pkcs8'; format: 'pem' }) => string | Buffer };
}): string {
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Through a temporary name and a rename: nobody ever reads half a key, and a crash leaves none. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `.${name}.${randomBytes(4).toString('hex')}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(temporary, join(folder, name));
  } catch (cause) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw cause;
  }
}
