/** Child processes that read PDFs: bounded in number, time and memory; killed when they exceed, replaced when they are old. */
import { fork, execFile, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { z } from 'zod';
import type {
  OcrResult,
  OcrTask,
  PageTextResult,
  ReadResult,
  ReadTask,
  RenderResult,
  RenderTask,
  Task,
  WordsTask,
} from './reading.types.ts';
import { createSemaphore } from '@berth/plugin-kit/base/semaphore.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';

export type ReaderPool = {
  read: (task: ReadTask) => Promise<ReadResult>;
  render: (task: RenderTask) => Promise<RenderResult>;
  words: (task: WordsTask) => Promise<PageTextResult>;
  /** Of a pool whose program reads pictures. */
  recognize: (task: OcrTask) => Promise<OcrResult>;
  /** The process ids of the children that live now. */
  pids: () => number[];
  close: () => void;
};

export type ReaderLimits = {
  processes: number;
  timeoutMs: number;
  maxRssBytes: number;
  recycleAfterTasks: number;
  /** A reader without work is ended after so long: its memory is others' again. */ idleMs?: number;
  /** Another program than ours, for tests. */ program?: string;
};

const watchRssEveryMs = 100;
const weighEveryTasks = 32;
const defaultIdleMs = 15_000;
/** The end of what a reader says as it dies. */
const lastWords = 4096;
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
const text = z.string().nullable();
const invoice = z.object({
  format: z.string(),
  type_code: text,
  number: z.string(),
  issue_date: z.string(),
  due_date: text,
  currency: z.string(),
  total: z.string(),
  payable: text,
  iban: text,
  payment_reference: text,
  buyer_reference: text,
  order_number: text,
  seller: z.string(),
  buyer: text,
});
const readAnswer = z.union([
  z.object({
    ok: z.literal(true),
    pages: z.int(),
    texts: z.array(z.string()),
    about: z.string(),
    scanned: z.array(z.int()),
    invoice: z
      .union([
        z.object({ ok: z.literal(true), file: z.string(), invoice }),
        z.object({ ok: z.literal(false), file: z.string(), detail: z.string() }),
      ])
      .nullable(),
  }),
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
const number = z.number();
const ocrAnswer = z.union([
  z.object({
    ok: z.literal(true),
    width: number,
    height: number,
    words: z.array(z.tuple([z.string(), number, number, number, number, number, z.boolean()])),
  }),
  failure,
]);
const ownProgram = fileURLToPath(new URL('./reader.process.ts', import.meta.url));

type Reader = {
  child: ChildProcess;
  ready: Promise<boolean>;
  tasks: number;
  isDead: boolean;
  /** The end of what it wrote to its error output. */
  said: string;
  idleTimer: NodeJS.Timeout | undefined;
};
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
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const reader: Reader = {
      child,
      tasks: 0,
      isDead: false,
      said: '',
      idleTimer: undefined,
      ready: new Promise(
        (resolve) => (child.once('message', () => resolve(true)), child.once('exit', () => resolve(false))),
      ),
    };
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      reader.said = `${reader.said}${chunk}`.slice(-lastWords);
    });
    child.once('error', () => (reader.isDead = true));
    child.once('exit', () => {
      reader.isDead = true;
      alive.delete(reader);
    });
    alive.add(reader);
    return reader;
  };

  const rest = (reader: Reader): void => {
    reader.idleTimer = setTimeout(() => {
      const index = idle.indexOf(reader);
      if (index >= 0) idle.splice(index, 1);
      retire(reader);
    }, limits.idleMs ?? defaultIdleMs).unref();
    idle.push(reader);
  };

  const retire = (reader: Reader): void => {
    reader.isDead = true;
    reader.child.kill('SIGKILL');
  };

  const ask = (task: Task | OcrTask): Promise<unknown> =>
    limit(async () => {
      if (isClosed)
        return { ok: false, reason: 'timed-out', detail: 'The service is stopping.' } satisfies Failure;
      let reader = idle.pop();
      while (reader?.isDead) reader = idle.pop();
      reader ??= start();
      clearTimeout(reader.idleTimer);
      if (!(await reader.ready)) throw new Error('The reader process does not start.');
      const answer = await askOne(reader, task, limits);
      reader.tasks++;
      const isWeighed = reader.tasks % weighEveryTasks === 0 || answer.tookMs > watchRssEveryMs;
      if (answer.mustDie || reader.isDead || reader.tasks >= limits.recycleAfterTasks) retire(reader);
      else if (isWeighed && (await rssOf(reader.child.pid)) > limits.maxRssBytes / 2) retire(reader);
      else rest(reader);
      if (answer.mustDie) log.warn({ task: task.kind, answer: answer.value }, 'reader killed');
      return answer.value;
    });

  return {
    read: async (task) => readAnswer.parse(await ask(task)),
    render: async (task) => renderAnswer.parse(await ask(task)),
    words: async (task) => wordsAnswer.parse(await ask(task)),
    recognize: async (task) => ocrAnswer.parse(await ask(task)),
    pids: () => [...alive].flatMap(({ child }) => child.pid ?? []),
    close() {
      isClosed = true;
      for (const reader of alive) retire(reader);
    },
  };
}

type Answer = { value: unknown; mustDie: boolean; tookMs: number };

function askOne(
  reader: Reader,
  task: Task | OcrTask,
  { timeoutMs, maxRssBytes }: ReaderLimits,
): Promise<Answer> {
  const { child } = reader;
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const refuse = (reason: Failure['reason'], detail: string): void =>
      finish({ ok: false, reason, detail } satisfies Failure, true);
    const onMessage = (value: unknown): void => finish(value, false);
    // An error output may come to its end a little after its process: 'close' waits for both.
    const onExit = (code: number | null, signal: string | null): void => {
      const { reason, detail } = causeOfDeath(reader.said, code, signal);
      refuse(reason, detail);
    };
    const timer = setTimeout(
      () => refuse('timed-out', say`It took more than ${Math.round(timeoutMs / 1000)} s.`),
      timeoutMs,
    );
    const watch = setInterval(() => {
      void rssOf(child.pid).then((rss) => {
        if (rss > maxRssBytes)
          refuse(
            'out-of-memory',
            say`It took more than ${Math.round(maxRssBytes / 1024 / 1024)} MB of memory.`,
          );
      });
    }, watchRssEveryMs);
    const finish = (value: unknown, mustDie: boolean): void => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', onMessage);
      child.off('close', onExit);
      resolve({ value, mustDie, tookMs: performance.now() - startedMs });
    };
    child.on('message', onMessage);
    child.once('close', onExit);
    child.send(task, (error) => {
      if (error && child.exitCode === null && child.signalCode === null) onExit(null, null);
    });
  });
}

/** What a reader died of, in words for the person who has the file. */
function causeOfDeath(
  said: string,
  code: number | null,
  signal: string | null,
): Pick<Failure, 'reason' | 'detail'> {
  if (/out of memory|Cannot enlarge memory|allocation failed/i.test(said))
    return { reason: 'out-of-memory', detail: 'The reader ran out of memory.' };
  // Ours are not asked any more; so it was the system, as it does when its memory is used up.
  if (signal === 'SIGKILL')
    return { reason: 'out-of-memory', detail: 'The system ended the reader, probably for want of memory.' };
  const detail =
    signal === null
      ? say`The reader ended with exit code ${code ?? 'unknown'} while it read this file.`
      : say`The reader ended by the signal ${signal} while it read this file.`;
  return { reason: 'crashed', detail };
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
