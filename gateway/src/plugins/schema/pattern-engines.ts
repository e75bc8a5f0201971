/** Patterns of strangers: on an engine of linear time where it can read them, else within a limit of time. */
import { createContext, Script } from 'node:vm';
import { RE2JS } from 're2js';

/**
 * What looks around or back can be run by backtracking alone. A text that takes it longer than this is left
 * to the container's own check, which judges every change for good.
 */
const limitMs = 100;

/** @returns `null` where no engine can read it */
export function enginePatterns(pattern: string): ((text: string) => boolean) | null {
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return (text) => compiled.matcher(text).find();
  } catch {
    return backtracking(pattern);
  }
}

function backtracking(pattern: string): ((text: string) => boolean) | null {
  const read = ['u', ''].map((flags) => readBy(pattern, flags)).find((found) => found !== null);
  if (!read) return null;
  return (text) => {
    // The engine itself can be stopped only from the script that runs it.
    const sandbox: { read: RegExp; text: string; isMatch?: unknown } = { read, text };
    try {
      run.runInContext(createContext(sandbox), { timeout: limitMs });
    } catch {
      return true;
    }
    return sandbox.isMatch === true;
  };
}

const run = new Script('isMatch = read.test(text)');

function readBy(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}
