/** Runs the real `npm start` in a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeBinary, root } from '../start/paths.ts';

export type Started = {
  child: ChildProcess;
  output: () => string;
  /** Resolves when what it printed matches; rejects when it ends before. */
  prints: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Exit code; null when a signal ended it. */
  ended: Promise<number | null>;
};

/** @returns an empty folder that only this test uses, and how to take it away */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'berth-start-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export function runStart(args: string[], env: Record<string, string>): Started {
  const { DATABASE_URL: _own, DOC_DATABASE_URL: _docs, ...inherited } = process.env;
  const child = spawn(nodeBinary, ['scripts/start.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, NODE_ENV: 'production', BERTH_PORT: '0', ...env },
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    output: () => output,
    ended,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output);
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        void ended.then(() => reject(new Error(`It ended before it printed ${pattern}:\n${output}`)));
        look();
      }),
  };
}
