/**
 * How well and how fast scanned pages are read: pages whose text is known, drawn, bent and stained by a script, through the
 * very process that the service starts. Character error rate: edits to the known text, by its length.
 *
 *   npm run bench:ocr -- [--pages 48] [--languages deu,eng]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { createReaderPool } from '../../doc-service/src/reading/reader-pool.ts';
import { makeScans, type ScanKind } from './scans.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '48' },
    languages: { type: 'string', default: 'deu,eng' },
  },
});
const limits = { processes: 1, timeoutMs: 900_000, maxRssBytes: 2 ** 31, recycleAfterTasks: 500 };
const program = fileURLToPath(new URL('../../doc-service/src/reading/ocr.process.ts', import.meta.url));
const figures = { meanErrorRate: 0.02, wordsFound: 0.98 };

type Reading = { kind: ScanKind; language: string; errorRate: number; wordsFound: number; seconds: number };

const log = createLogger('bench', 'silent');
const painter = createReaderPool(limits, log);
const eyes = createReaderPool({ ...limits, program }, log);
const folder = await mkdtemp(join(tmpdir(), 'berth-ocr-'));
try {
  const readings: Reading[] = [];
  for await (const scan of makeScans(draw, Number(values.pages))) {
    const path = join(folder, 'scan.pdf');
    await writeFile(path, scan.pdf);
    const startedMs = performance.now();
    const found = await eyes.recognize({
      kind: 'ocr',
      path,
      page: 1,
      languages: values.languages.split(','),
    });
    const seconds = (performance.now() - startedMs) / 1000;
    const text = found.ok ? found.words.map(([word]) => word).join(' ') : '';
    const errorRate = editsBetween(scan.text, text) / scan.text.length;
    readings.push({ ...scan, errorRate, wordsFound: wordsFound(scan.text, text), seconds });
    process.stdout.write(`${scan.name}: ${(100 * errorRate).toFixed(2)} %, ${seconds.toFixed(1)} s\n`);
  }
  const isReached = report(readings);
  process.exitCode = isReached ? 0 : 1;
} finally {
  painter.close();
  eyes.close();
  await rm(folder, { recursive: true, force: true });
}

async function draw(pdf: Uint8Array, widthPx: number): Promise<Uint8Array> {
  const path = join(folder, 'page.pdf');
  await writeFile(path, pdf);
  const picture = await painter.render({ kind: 'render', path, page: 1, widthPx });
  if (!picture.ok) throw new Error(picture.detail);
  return picture.webp;
}

function report(readings: readonly Reading[]): boolean {
  process.stdout.write('\nkind              pages  errors  words found  s/page\n');
  for (const [kind, some] of Map.groupBy(readings, (reading) => reading.kind)) row(kind, some);
  for (const [language, some] of Map.groupBy(readings, (reading) => reading.language)) row(language, some);
  row('all', readings);
  const errors = mean(readings.map(({ errorRate }) => errorRate));
  const words = mean(readings.map((reading) => reading.wordsFound));
  return errors <= figures.meanErrorRate && words >= figures.wordsFound;
}

function row(name: string, some: readonly Reading[]): void {
  const errors = (100 * mean(some.map(({ errorRate }) => errorRate))).toFixed(2);
  const words = (100 * mean(some.map((reading) => reading.wordsFound))).toFixed(1);
  const seconds = mean(some.map((reading) => reading.seconds)).toFixed(1);
  const cells = [name.padEnd(17), String(some.length).padStart(5), `${errors} %`.padStart(7)];
  process.stdout.write(`${[...cells, `${words} %`.padStart(12), seconds.padStart(7)].join(' ')}\n`);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);
}

/** Each word of the page as often as it stands there, wherever it was read. */
function wordsFound(known: string, read: string): number {
  const left = new Map<string, number>();
  for (const word of read.split(/\s+/)) left.set(word, (left.get(word) ?? 0) + 1);
  const words = known.split(/\s+/);
  const found = words.filter((word) => {
    const count = left.get(word) ?? 0;
    if (count > 0) left.set(word, count - 1);
    return count > 0;
  });
  return found.length / words.length;
}

/** Levenshtein's distance. */
function editsBetween(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      line.push(
        Math.min(
          (before[column] ?? 0) + 1,
          (line[column - 1] ?? 0) + 1,
          (before[column - 1] ?? 0) + (isSame ? 0 : 1),
        ),
      );
    }
    before = line;
  }
  return before.at(-1) ?? 0;
}
