/** Child processes that read PDFs: bounded in number, time and memory; killed when they exceed, replaced when they are old. */
import { fork, execFile, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { z } from 'zod';
import type {
  PageTextResult,
  ReadResult,
  ReadTask,
  RenderResult,
  RenderTask,
  Task,
  WordsTask,
} from './reading.types.ts';
import { createSemaphore } from '@berth/plugin-kit/base/semaphore.ts';

export type ReaderPool = {
  read: (task: ReadTask) => Promise<ReadResult>;
  render: (task: RenderTask) => Promise<RenderResult>;
  words: (task: WordsTask) => Promise<PageTextResult>;
  /** The process ids of the children that live now. */
  pids: () => number[];
  close: () => void;
};

export type ReaderLimits = {
  processes: number;
  timeoutMs: number;
  maxRssBytes: number;
  recycleAfterTasks: number;
  /** Another program than ours, for tests. */ program?: string;
};

const watchRssEveryMs = 100;
const weighEveryTasks = 32;
const failure = z.object({
  ok: z.literal(false),
  reason: z.enum([
    'damaged',
    'encrypted',
    'too-large',
    'not-a-pdf',
    'timed-out',
    'out-of-memory',
    'crashed',
    'no-such-page',
    'gone',
  ]),
  detail: z.string(),
});
const readAnswer = z.union([
  z.object({ ok: z.literal(true), pages: z.int(), texts: z.array(z.string()), about: z.string() }),
  failure,
]);
const renderAnswer = z.union([z.object({ ok: z.literal(true), webp: z.instanceof(Uint8Array) }), failure]);
const wordsAnswer = z.union([
  z.object({
    ok: z.literal(true),
    width: z.number(),
    height: z.number(),
    text: z.string(),
    boxes: z.instanceof(Float32Array),
    shown: z.int(),
  }),
  failure,
]);
const ownProgram = fileURLToPath(new URL('./reader.process.ts', import.meta.url));

type Reader = { child: ChildProcess; ready: Promise<boolean>; tasks: number; isDead: boolean };
type Failure = z.output<typeof failure>;

export function createReaderPool(limits: ReaderLimits, log: Logger): ReaderPool {
  const limit = createSemaphore(limits.processes);
  const idle: Reader[] = [];
  const alive = new Set<Reader>();
  let isClosed = false;

  const start = (): Reader => {
    const child = fork(limits.program ?? ownProgram, [], {
      serialization: 'advanced',
      execArgv: ['--max-old-space-size=256', '--disable-warning=ExperimentalWarning'],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const reader: Reader = {
      child,
      tasks: 0,
      isDead: false,
      ready: new Promise(
        (resolve) => (child.once('message', () => resolve(true)), child.once('exit', () => resolve(false))),
      ),
    };
    child.once('error', () => (reader.isDead = true));
    child.once('exit', () => {
      reader.isDead = true;
      alive.delete(reader);
    });
    alive.add(reader);
    return reader;
  };

  const retire = (reader: Reader): void => {
    reader.isDead = true;
    reader.child.kill('SIGKILL');
  };

  const ask = (task: Task): Promise<unknown> =>
    limit(async () => {
      if (isClosed)
        return { ok: false, reason: 'timed-out', detail: 'The service is stopping.' } satisfies Failure;
      let reader = idle.pop();
      while (reader?.isDead) reader = idle.pop();
      reader ??= start();
      if (!(await reader.ready)) throw new Error('The reader process does not start.');
      const answer = await askOne(reader, task, limits);
      reader.tasks++;
      const isWeighed = reader.tasks % weighEveryTasks === 0 || answer.tookMs > watchRssEveryMs;
      if (answer.mustDie || reader.isDead || reader.tasks >= limits.recycleAfterTasks) retire(reader);
      else if (isWeighed && (await rssOf(reader.child.pid)) > limits.maxRssBytes / 2) retire(reader);
      else idle.push(reader);
      if (answer.mustDie) log.warn({ task: task.kind, answer: answer.value }, 'reader killed');
      return answer.value;
    });

  return {
    read: async (task) => readAnswer.parse(await ask(task)),
    render: async (task) => renderAnswer.parse(await ask(task)),
    words: async (task) => wordsAnswer.parse(await ask(task)),
    pids: () => [...alive].flatMap(({ child }) => child.pid ?? []),
    close() {
      isClosed = true;
      for (const reader of alive) retire(reader);
    },
  };
}

type Answer = { value: unknown; mustDie: boolean; tookMs: number };

function askOne(reader: Reader, task: Task, { timeoutMs, maxRssBytes }: ReaderLimits): Promise<Answer> {
  const { child } = reader;
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const refuse = (reason: Failure['reason'], detail: string): void =>
      finish({ ok: false, reason, detail } satisfies Failure, true);
    const onMessage = (value: unknown): void => finish(value, false);
    const onExit = (): void => refuse('crashed', 'The reader died of it.');
    const timer = setTimeout(
      () => refuse('timed-out', `It took more than ${Math.round(timeoutMs / 1000)} s.`),
      timeoutMs,
    );
    const watch = setInterval(() => {
      void rssOf(child.pid).then((rss) => {
        if (rss > maxRssBytes)
          refuse('out-of-memory', `It took more than ${Math.round(maxRssBytes / 1024 / 1024)} MB of memory.`);
      });
    }, watchRssEveryMs);
    const finish = (value: unknown, mustDie: boolean): void => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve({ value, mustDie, tookMs: performance.now() - startedMs });
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send(task, (error) => {
      if (error) onExit();
    });
  });
}

/** Bytes in memory; 0 when it is not known. */
async function rssOf(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0;
  try {
    if (platform() === 'linux')
      return Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1] ?? 0) * 4096;
    return await new Promise((resolve) =>
      execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, out) =>
        resolve(error ? 0 : Number(out.trim()) * 1024),
      ),
    );
  } catch {
    return 0;
  }
}
