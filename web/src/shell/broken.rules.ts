/** What an error of the shell's own code says about what to do. */
import { t } from '#words/words.ts';

/** The browsers' words for a part of the program that could not be fetched: an old page after an update, or no connection. */
const lostParts = /dynamically imported module|importing a module script failed|unable to preload css/i;

export function isOutdated(error: unknown): boolean {
  return error instanceof Error && lostParts.test(error.message);
}

/** What to pass on: the kind, the words, where it was, the nearest lines; no address beyond the path, which may carry what one searched for. */
export function reportOf(error: unknown, pathname: string): string {
  if (!(error instanceof Error)) return t('Unknown error at {path}', { path: pathname });
  const lines = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s*at |@/.test(line) && !line.includes(error.message))
    .slice(0, 4)
    .map((line) => line.trim().replaceAll(/https?:\/\/[^/\s)]+/g, ''));
  return [`${error.name}: ${error.message}`, `at ${pathname}`, ...lines].join('\n');
}
