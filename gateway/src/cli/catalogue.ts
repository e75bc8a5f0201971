/**
 * Signs and checks catalogues of known containers. The key is an Ed25519 key as PEM, made where the file
 * is not there yet. `--entry ID` signs one entry as its publisher, before the whole is signed.
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import {
  entryPurpose,
  publicKeyPattern,
  readCatalogue,
  signCatalogue,
} from '#plugins/offers/catalogue-document.rules.ts';
import { publicKeyText, signJson } from '#plugins/offers/signature.rules.ts';

const signUsage = 'Usage: berth catalogue sign FILE --key KEY.pem [--entry ID]';
const verifyUsage = 'Usage: berth catalogue verify FILE --key PUBLIC-KEY';

export const catalogueSign: Command = {
  name: 'catalogue sign',
  usage: 'FILE --key KEY.pem [--entry ID]',
  summary: 'signs a catalogue of extensions in place; makes the key where KEY.pem is not there yet',
  run: async (args, { tell }) => {
    const { file, key, entry } = wishesIn(args, signUsage);
    const pem = await keyIn(key);
    const publicKey = publicKeyOf(pem, key);
    const body = unsigned(await json(file));
    try {
      const signed =
        entry === undefined
          ? signCatalogue(body, pem, publicKey)
          : `${JSON.stringify(withSignedEntry(body, entry, pem, publicKey), null, 2)}\n`;
      await writeFile(file, signed);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new CommandRefusal(`${file} cannot be signed: ${cause.message}`, 1, { cause });
    }
    tell(`Signed. The public key is ${publicKey}`);
  },
};

export const catalogueVerify: Command = {
  name: 'catalogue verify',
  usage: 'FILE --key PUBLIC-KEY',
  summary: 'checks the form and every signature of a catalogue of extensions',
  run: async (args, { tell }) => {
    const { file, key, entry } = wishesIn(args, verifyUsage);
    if (entry !== undefined || !publicKeyPattern.test(key)) throw new CommandRefusal(verifyUsage, 2);
    const reading = readCatalogue(await text(file), key);
    if (!reading.ok) throw new CommandRefusal(`${file} is not good: ${reading.detail}.`);
    for (const problem of reading.problems) tell(`left out: ${problem}`);
    const { name, serial, entries } = reading.catalogue;
    tell(`${name}, serial ${serial}: ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}.`);
    return reading.problems.length === 0 ? 0 : 1;
  },
};

function wishesIn(args: string[], usage: string): { file: string; key: string; entry: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { key: { type: 'string' }, entry: { type: 'string' } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file !== undefined && more.length === 0 && values.key !== undefined)
      return { file, key: values.key, entry: values.entry };
  } catch {
    // Told below, with the same sentence.
  }
  throw new CommandRefusal(usage, 2);
}

/** What is signed: the whole of a file that is not signed yet, or the part that was signed before. */
function unsigned(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'catalogue' in document
    ? document.catalogue
    : document;
}

/** @throws TypeError */
function withSignedEntry(body: unknown, id: string, pem: string, publicKey: string): object {
  if (typeof body !== 'object' || body === null || !('entries' in body) || !Array.isArray(body.entries))
    throw new TypeError('it has no entries');
  const entries: unknown[] = body.entries;
  const isMeant = (one: unknown): one is object =>
    typeof one === 'object' && one !== null && 'id' in one && one.id === id;
  if (!entries.some(isMeant)) throw new TypeError(`it has no entry "${id}"`);
  return {
    ...body,
    entries: entries.map((one) => (isMeant(one) ? signedEntry(one, pem, publicKey) : one)),
  };
}

function signedEntry(entry: object, pem: string, publicKey: string): object {
  const { signature: _, ...plain }: { signature?: unknown; publisher?: unknown } = entry;
  const publisher = typeof plain.publisher === 'object' ? plain.publisher : {};
  const signed = { ...plain, publisher: { ...publisher, key: publicKey } };
  return { ...signed, signature: signJson(signed, entryPurpose, pem) };
}

async function keyIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      throw new CommandRefusal(`${file} cannot be read.`, 1, { cause: error });
  }
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeFile(file, pem, { flag: 'wx', mode: 0o600 });
  return pem;
}

function publicKeyOf(pem: string, file: string): string {
  try {
    return publicKeyText(pem);
  } catch (cause) {
    throw new CommandRefusal(`${file} holds no Ed25519 key.`, 1, { cause });
  }
}

async function json(file: string): Promise<unknown> {
  try {
    return JSON.parse(await text(file));
  } catch (cause) {
    if (cause instanceof CommandRefusal) throw cause;
    throw new CommandRefusal(`${file} is not JSON.`, 1, { cause });
  }
}

async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CommandRefusal(`${file} cannot be read.`, 1, { cause });
  }
}
