/** Watches `services.yaml` by reading it: a small file each second is cheaper than the ways in which events get lost. */
import { readFile } from 'node:fs/promises';
import { createTicker } from '#platform/ticker.ts';
import type { Service } from '../registry/service.types.ts';
import { readServicesYaml } from './sources.rules.ts';

export type ServicesFile = {
  /** Reads once, then watches. Resolves when the first reading is done. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

/** `services: null` when the file cannot be used: the last good list stays. */
export type FileNews = { services: Service[] | null; problems: string[] };

const maxBytes = 1024 * 1024;

export function watchServicesFile(path: string, onNews: (news: FileNews) => void, everyMs = 1000): ServicesFile {
  let last: string | null | undefined;
  let hasMissedIt = false;

  const look = async (): Promise<number> => {
    const text = await read(path);
    // Editors replace a file by way of a moment without it: only the second look believes that it is gone.
    if (text === null && typeof last === 'string' && !hasMissedIt) {
      hasMissedIt = true;
      return everyMs;
    }
    hasMissedIt = false;
    if (text !== last) {
      last = text;
      onNews(newsOf(text));
    }
    return everyMs;
  };
  const ticker = createTicker(look, (error) => onNews({ services: null, problems: [`services.yaml: ${codeOf(error)}`] }), everyMs);
  return { start: () => ticker.runNow(), stop: () => ticker.stop() };
}

function newsOf(text: string | null): FileNews {
  if (text === null) return { services: [], problems: [] };
  if (Buffer.byteLength(text) > maxBytes) return { services: null, problems: ['services.yaml: larger than 1 MiB'] };
  const reading = readServicesYaml(text);
  return reading.ok
    ? { services: reading.services, problems: [] }
    : { services: null, problems: reading.problems.map((problem) => `services.yaml: ${problem}`) };
}

/** @returns `null` when there is no such file: it is not needed */
async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
}
