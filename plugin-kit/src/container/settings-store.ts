/** Where a container keeps its settings: any store of this shape, or the ready one in a file. */
import { errorCode } from '../base/error-code.ts';
import { seedInFile } from '../base/seed-file.ts';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJson, stringifyJson, withPlainNumbers } from '../contract/exact-json.ts';
import { isObject, type JsonObject } from '../contract/settings.ts';

export type SettingsStore = {
  /** The present settings, secrets in clear. */
  read: () => JsonObject | Promise<JsonObject>;
  /**
   * Keeps `next`, and lets the container act on the change. Called for one change at a time.
   * @throws Problem 422 when the change cannot be had (a folder that does not exist, an address that does not
   * answer …)
   */
  write: (next: JsonObject, before: JsonObject) => Promise<void>;
  /**
   * A random secret that stays the same over restarts, from which the keys of secrets in rows are made.
   * Without it a form that is open over a restart of the container asks for those secrets again.
   */
  maskKeySeed?: () => Uint8Array;
};

export type FileSettings = Omit<SettingsStore, 'read'> & { read: () => JsonObject };

/**
 * Settings in a JSON file that only this account can read (0600), replaced as a whole: a crash leaves the old
 * or the new one. A setting that is not in the file has its default, so removing one brings the default back.
 * Beside it lies `<file>.key` where there are secrets in rows.
 * @throws Error when the file exists and holds no JSON object
 */
export function settingsInFile(
  file: string,
  defaults: JsonObject = {},
  onChange?: (next: JsonObject, before: JsonObject) => void | Promise<void>,
): FileSettings {
  let present = { ...defaults, ...readIfThere(file) };
  return {
    read: () => present,
    maskKeySeed: () => seedInFile(`${file}.key`),
    async write(next, before) {
      await replace(file, `${stringifyJson(next, 2)}\n`);
      present = { ...defaults, ...next };
      await onChange?.(present, before);
    },
  };
}

function readIfThere(file: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw error;
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new Error(`${file} holds no JSON object.`);
  return withPlainNumbers(value);
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
