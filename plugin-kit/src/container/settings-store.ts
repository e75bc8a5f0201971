/** Where a container keeps its settings: any store of this shape, or the ready one in a file. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isObject, type JsonObject } from '../contract/settings.ts';

export type SettingsStore = {
  /** The present settings, secrets in clear. */
  read: () => JsonObject | Promise<JsonObject>;
  /**
   * Keeps `next`, and lets the container act on the change. Called for one change at a time.
   * @throws Problem 422 when the change cannot be had (a folder that does not exist, an address that does not answer …)
   */
  write: (next: JsonObject, before: JsonObject) => Promise<void>;
};

export type FileSettings = Omit<SettingsStore, 'read'> & { read: () => JsonObject };

/**
 * Settings in a JSON file that only this account can read (0600), replaced as a whole: a crash leaves the old or the
 * new one. A setting that is not in the file has its default, so removing one brings the default back.
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
    async write(next, before) {
      await replace(file, `${JSON.stringify(next, null, 2)}\n`);
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
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error(`${file} holds no JSON object.`);
  return value;
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
