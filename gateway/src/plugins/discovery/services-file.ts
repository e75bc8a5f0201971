/** Watches `services.yaml` by reading it: a small file each second is cheaper than the ways in which events get lost. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createTicker } from '#platform/ticker.ts';
import { withAuthorities } from './authorities.ts';
import { readServicesYaml, type FileReading } from './sources.rules.ts';

export type ServicesFile = {
  /** Reads once, then watches. Resolves when the first reading is done. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

const maxBytes = 1024 * 1024;

export function watchServicesFile(
  path: string,
  onNews: (news: FileReading) => void,
  everyMs = 1000,
): ServicesFile {
  let last: string | null | undefined;
  let listed = unreadable('not read yet');
  /** What was told, for authorities change in files of their own. */
  let told: string | null = null;
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
      told = null;
      listed = readingOf(text);
    }
    const { services } = listed;
    if (told !== null && services.every(({ caFile }) => caFile === undefined)) return everyMs;
    const news = await withAuthorities(listed, dirname(path));
    const telling = JSON.stringify(news);
    if (telling !== told) {
      told = telling;
      onNews(news);
    }
    return everyMs;
  };
  const ticker = createTicker(look, (error) => onNews(unreadable(codeOf(error))), everyMs);
  return { start: () => ticker.runNow(), stop: () => ticker.stop() };
}

function readingOf(text: string | null): FileReading {
  if (text === null) return { services: [], unread: [], isWhole: true, problems: [] };
  if (text.length > maxBytes) return unreadable(say`larger than 1 MiB`);
  const reading = readServicesYaml(text);
  return { ...reading, problems: reading.problems.map((problem) => say`services.yaml, ${problem}`) };
}

function unreadable(why: string): FileReading {
  return { services: [], unread: [], isWhole: false, problems: [say`services.yaml: ${why}`] };
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
  return errorCode(error) ?? 'cannot be read';
}
