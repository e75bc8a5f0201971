/** Asks the schema worker, keeps it warm, and replaces it when a schema takes too much time or memory. */
import { Worker } from 'node:worker_threads';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { draftOf, type Draft, inReadWords } from '@berth/plugin-kit/contract/schema-drafts.ts';
import { faultsOfSchema } from './foreign-schema.rules.ts';

export type SchemaError = { pointer: string; keyword: string; detail: string };
export type SchemaQuestion = { id: number; draft: Draft; schema: string; value: unknown; hasValue: boolean };
export type SchemaAnswer = {
  id: number;
  outcome: 'ok' | 'does-not-compile' | 'does-not-fit';
  errors: SchemaError[];
};

export type SchemaVerdict =
  | { ok: true }
  /** `busy`: no fault of the schema, ask again later. `too-costly`: killed for its time or memory. */
  | { ok: false; reason: 'does-not-compile' | 'does-not-fit' | 'too-costly' | 'busy'; errors: SchemaError[] };

export type SchemaChecker = {
  /** Whether the schema can be used at all. */
  compiles: (schema: object) => Promise<SchemaVerdict>;
  fits: (schema: object, value: unknown) => Promise<SchemaVerdict>;
  stop: () => Promise<void>;
};

/** `idleMs`: a worker that nothing was asked for so long ends, and its memory goes back to the machine. */
type Limits = { questionTimeoutMs?: number; startTimeoutMs?: number; memoryMb?: number; idleMs?: number };

export function createSchemaChecker({
  questionTimeoutMs = 1000,
  startTimeoutMs = 15_000,
  memoryMb = 64,
  idleMs = 30_000,
}: Limits = {}): SchemaChecker {
  let line: Promise<unknown> = Promise.resolve();
  let worker: Promise<Worker> | null = null;
  let lastId = 0;
  let isStopped = false;
  let idle: NodeJS.Timeout | undefined;
  /**
   * How often a schema was killed: a busy machine may be to blame once or twice, and then the text itself is.
   */
  const kills = new Map<string, number>();

  const endWorker = async (): Promise<void> => {
    const present = worker;
    worker = null;
    await present?.then(
      (running) => running.terminate(),
      () => {},
    );
  };

  const ask = async (
    draft: Draft,
    schema: string,
    value: unknown,
    hasValue: boolean,
  ): Promise<SchemaVerdict> => {
    clearTimeout(idle);
    if (isStopped) return busy;
    let present: Worker;
    try {
      present = await (worker ??= startWorker(memoryMb, startTimeoutMs));
    } catch {
      worker = null;
      return busy;
    }
    const answer = await questionTo(
      present,
      { id: ++lastId, draft, schema, value, hasValue },
      questionTimeoutMs,
    );
    if (answer) idle = setTimeout(() => void endWorker(), idleMs).unref();
    if (answer)
      return answer.outcome === 'ok'
        ? { ok: true }
        : { ok: false, reason: answer.outcome, errors: answer.errors };
    worker = null;
    await present.terminate();
    return isStopped
      ? busy
      : {
          ok: false,
          reason: 'too-costly',
          errors: [
            {
              pointer: '',
              keyword: '',
              detail: say`takes more than ${questionTimeoutMs} ms or ${memoryMb} MB`,
            },
          ],
        };
  };

  /** One at a time: the time limit is each question's own. */
  const inLine = (schema: object, value: unknown, hasValue: boolean): Promise<SchemaVerdict> => {
    const faults = faultsOfSchema(schema);
    const draft = draftOf(schema);
    if (faults.length > 0 || !draft)
      return Promise.resolve({
        ok: false,
        reason: 'does-not-compile',
        errors: faults.map((fault) => ({ ...fault, keyword: '' })),
      });
    const text = JSON.stringify(inReadWords(schema));
    if (!hasValue && (kills.get(text) ?? 0) >= maxKills)
      return Promise.resolve({
        ok: false,
        reason: 'too-costly',
        errors: [{ pointer: '', keyword: '', detail: 'takes too much time or memory' }],
      });
    const asked = line.then(() => ask(draft, text, value, hasValue));
    line = asked.catch(() => {});
    return asked.then((verdict) => {
      if (verdict.ok) kills.delete(text);
      else if (!hasValue && verdict.reason === 'too-costly' && kills.size < 1000)
        kills.set(text, (kills.get(text) ?? 0) + 1);
      return verdict;
    });
  };

  return {
    compiles: (schema) => inLine(schema, undefined, false),
    fits: (schema, value) => inLine(schema, value, true),
    stop: async () => {
      isStopped = true;
      clearTimeout(idle);
      await endWorker();
    },
  };
}

const maxKills = 3;

const busy: SchemaVerdict = { ok: false, reason: 'busy', errors: [] };

function startWorker(memoryMb: number, timeoutMs: number): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./schema.worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
      // Nothing of the gateway's environment is there to be read.
      env: {},
      execArgv: [],
    });
    worker.unref();
    const timer = setTimeout(() => {
      void worker.terminate();
      reject(new Error('the schema worker did not start in time'));
    }, timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    worker.once('error', fail);
    worker.once('message', () => {
      clearTimeout(timer);
      worker.off('error', fail);
      // Death between questions: the next question finds out.
      worker.on('error', () => {});
      resolve(worker);
    });
  });
}

/**
 * On a busy machine a thread waits for its turn: what it waits is not what it costs. Beyond this many times
 * the limit it is stuck.
 */
const mostPatience = 15;

/** @returns `null` when no answer came: too much time on the processor, or the thread died */
async function questionTo(
  worker: Worker,
  question: SchemaQuestion,
  timeoutMs: number,
): Promise<SchemaAnswer | null> {
  const before = await cpuMsOf(worker);
  if (before === gone) return null;
  return new Promise((resolve) => {
    let patience = mostPatience;
    let isDone = false;
    const done = (answer: SchemaAnswer | null): void => {
      isDone = true;
      clearTimeout(timer);
      worker.off('message', done);
      worker.off('exit', died);
      resolve(answer);
    };
    const died = (): void => done(null);
    const look = async (): Promise<void> => {
      const leftMs = timeoutMs - ((await cpuMsOf(worker)) - before);
      if (isDone) return;
      if (leftMs <= 0 || --patience <= 0) done(null);
      else timer = setTimeout(() => void look(), Math.max(leftMs, timeoutMs / 2));
    };
    let timer = setTimeout(() => void look(), timeoutMs);
    worker.on('message', done);
    worker.on('exit', died);
    worker.postMessage(question);
  });
}

const gone = Number.POSITIVE_INFINITY;

/** Time on the processor so far; of a thread that died, more than any limit. */
async function cpuMsOf(worker: Worker): Promise<number> {
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1000;
  } catch {
    return gone;
  }
}
