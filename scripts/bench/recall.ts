/**
 * `npm run bench -- recall`: of everything that people can see on a page, how much the search finds.
 * Letters are made by a
 * script, read, indexed and searched by the real service; each query names the letter that it must find.
 * Told by kind.
 *
 *   npm run bench -- recall [--documents 300] [--all] [--misses]
 */
import { parseArgs } from 'node:util';
import { pdf } from '@berth/testing/pdf.ts';
import { startArchive } from './recall-archive.ts';
import { makeLetters, type Asked, type QueryKind } from './recall-letters.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '300' },
    misses: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const least = 0.99;
const atOnce = 2;

const letters = makeLetters(Number(values.documents));
const archive = await startArchive();
try {
  const startedMs = performance.now();
  for (const { name, pages } of letters) await archive.drop(name, await pdf(...pages));
  await archive.searchable(letters.length);
  const readMs = performance.now() - startedMs;
  // Each letter is asked for in another fifth of the ways; together they are all kinds, many times.
  const asked = letters.flatMap(({ queries }, at) =>
    values.all ? queries : queries.filter((_, index) => index % 5 === at % 5),
  );
  const misses: Asked[] = [];
  const byKind = new Map<QueryKind, { found: number; all: number }>();
  for (let from = 0; from < asked.length; from += atOnce)
    await Promise.all(
      asked.slice(from, from + atOnce).map(async (one) => {
        const count = byKind.get(one.kind) ?? { found: 0, all: 0 };
        byKind.set(one.kind, count);
        count.all++;
        if ((await archive.found(one.query)).includes(one.file)) count.found++;
        else misses.push(one);
      }),
    );
  const share = 1 - misses.length / asked.length;
  console.log(`${letters.length} letters, read in ${(readMs / 1000).toFixed(0)} s; ${asked.length} queries.`);
  for (const [kind, { found, all }] of [...byKind].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    console.log(`  ${kind.padEnd(26)} ${String(found).padStart(4)} of ${String(all).padStart(4)}`);
  console.log(
    `${share >= least ? '✓' : '✗'} found: ${(100 * share).toFixed(2)} % (at least ${100 * least} %)`,
  );
  if (values.misses) for (const { kind, query, file } of misses) console.log(`  ${kind}: ${query} → ${file}`);
  process.exitCode = share >= least ? 0 : 1;
} finally {
  await archive.close();
}
