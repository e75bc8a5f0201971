/** One process of ours, kept running: started, watched, restarted with growing pauses when it dies, stopped in order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeBinary, root } from './paths.ts';
import { endProcess } from './processes.ts';

export type ChildOptions = {
  name: string;
  /** A TypeScript file, from the root of the checkout. */
  script: string;
  nodeFlags?: readonly string[];
  env: Record<string, string | undefined>;
  onLine: (name: string, line: string) => void;
  onPid: (pid: number) => Promise<void>;
  /** It ended by itself and comes again after the pause. */
  onDeath: (name: string, how: string, pauseMs: number) => void;
};

export type Child = {
  pid: () => number | null;
  /** True from its first start until it ended or was stopped. */
  isRunning: () => boolean;
  /** The last lines that it wrote, for when it cannot start. */
  lastLines: () => readonly string[];
  stop: (timeoutMs: number) => Promise<void>;
};

const firstPauseMs = 250;
const longestPauseMs = 15_000;
/** Whoever lived this long had started well: the next death begins with a short pause again. */
const livedWellMs = 30_000;
const keptLines = 20;
/** Makes it end by itself when we are killed: its standard input is a pipe from us. */
const exitWithParent = fileURLToPath(new URL('./exit-with-parent.ts', import.meta.url));

export function keepRunning(options: ChildOptions): Child {
  const stopping = new AbortController();
  const lines: string[] = [];
  let current: ChildProcess | null = null;

  const launch = async (): Promise<string> => {
    const child = spawn(
      nodeBinary,
      [...(options.nodeFlags ?? []), '--import', exitWithParent, options.script],
      {
        cwd: root,
        // In a group of its own, or a Ctrl-C in the terminal would reach all at once, not in order.
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: options.env,
      },
    );
    current = child;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    child.stdin.on('error', () => {}); // It died: told by its exit.
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (lines.push(line) > keptLines) lines.shift();
        options.onLine(options.name, line);
      });
    }
    if (child.pid !== undefined) await options.onPid(child.pid);
    const how = await ended;
    current = null;
    return how;
  };

  const run = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const how = await launch();
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAt > livedWellMs) pauseMs = firstPauseMs;
      options.onDeath(options.name, how, pauseMs);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
  };
  const running = run();

  return {
    pid: () => current?.pid ?? null,
    isRunning: () => current !== null,
    lastLines: () => lines,
    stop: async (timeoutMs) => {
      stopping.abort();
      const pid = current?.pid;
      if (pid !== undefined) await endProcess(pid, 'SIGTERM', timeoutMs);
      await running;
    },
  };
}
