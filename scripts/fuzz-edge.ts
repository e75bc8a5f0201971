/**
 * `npm run fuzz:edge`: 2,000,000 bent requests against the edge, raw over sockets, by as many threads as there are
 * cores. The same seed means the same cases: `npm run fuzz:edge -- --cases 50000 --seed 7`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { fuzz, type FuzzReport } from '../gateway/src/edge/testing/fuzz/fuzz.ts';

type Message = { done: number } | { report: FuzzReport };

const share = z.object({ seed: z.number(), from: z.number(), cases: z.number() });
const progressMs = 5_000;
/** Above this from the first fifth to the end something is kept that should have gone. */
const maxGrowthMebibytes = 128;
/** Of all cases: a fuzzer whose requests all end at the first door tries that door alone. */
const minReached = 0.2;

if (isMainThread) await runAll();
else {
  const report = await fuzz({
    ...share.parse(workerData),
    onProgress: (done) => parentPort?.postMessage({ done }),
  });
  parentPort?.postMessage({ report });
}

async function runAll(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '2000000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    },
  });
  const cases = Number(values.cases);
  const seed = Number(values.seed);
  const threads = Math.min(availableParallelism(), Math.max(1, Math.ceil(cases / 10_000)));
  console.log(`${cases} cases, seed ${seed}, ${threads} threads`);
  const startedAt = performance.now();
  const done = Array.from({ length: threads }, () => 0);
  let earlyRss = 0;
  const tell = (): void => {
    const sum = done.reduce((total, each) => total + each, 0);
    if (sum >= cases / 5) earlyRss ||= rssMebibytes();
    console.log(`${sum} done, ${rateOf(sum, startedAt)} a second, ${rssMebibytes()} MiB`);
  };
  const telling = setInterval(tell, progressMs);
  const size = Math.ceil(cases / threads);
  const reports = await Promise.all(
    done.map((_, index) => {
      const from = index * size;
      return runShare({ seed, from, cases: Math.min(size, cases - from) }, (count) => (done[index] = count));
    }),
  );
  clearInterval(telling);
  const growth = earlyRss === 0 ? 0 : rssMebibytes() - earlyRss;
  const faults = reports.flatMap(({ crashes, offences, poisoned }) => [...crashes, ...offences, ...poisoned]);
  for (const fault of faults.slice(0, 5)) console.log(JSON.stringify(fault, null, 2));
  const total = (of: (report: FuzzReport) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0);
  const reached = total(({ arrived }) => arrived) / cases;
  const unwell = reports.filter(({ isWellAfterwards }) => !isWellAfterwards).length;
  console.log(
    [
      `${cases} cases in ${Math.round((performance.now() - startedAt) / 1000)} s, ${rateOf(cases, startedAt)} a second; ${percentOf(reached)} reached the container (at least ${percentOf(minReached)})`,
      `crashes ${total(({ crashes }) => crashes.length)}, not canonical, smuggled or spoofed ${total(({ offences }) => offences.length)}, wrong answers ${total(({ poisoned }) => poisoned.length)}`,
      `left open ${total(({ leftOpen }) => leftOpen)}, not well afterwards ${unwell}, grew by ${growth} MiB since the first fifth`,
    ].join('\n'),
  );
  process.exitCode =
    reached >= minReached &&
    faults.length === 0 &&
    unwell === 0 &&
    total(({ leftOpen }) => leftOpen) === 0 &&
    growth < maxGrowthMebibytes
      ? 0
      : 1;
}

function runShare(data: z.output<typeof share>, onDone: (count: number) => void): Promise<FuzzReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: data });
    worker.on('error', reject);
    worker.on('message', (message: Message) => {
      if ('done' in message) onDone(message.done);
      else resolve(message.report);
    });
    worker.on('exit', (code) => reject(new Error(`a thread of the fuzzer ended with ${code}`)));
  });
}

function percentOf(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function rssMebibytes(): number {
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

function rateOf(count: number, startedAt: number): number {
  return Math.round(count / ((performance.now() - startedAt) / 1000));
}
