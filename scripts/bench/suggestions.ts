/**
 * `npm run bench -- suggestions`: how good the proposals are that the archive makes by itself, on a labelled
 * archive of more than 500 letters, of which a part is held out. The figures are the same on every machine;
 * the time is not.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import pg from 'pg';
import { measureSuggestions } from '../../doc-service/src/suggestions/testing/measure.ts';
import { startModelDouble } from '../../doc-service/src/suggestions/testing/model-double.ts';
import { startPostgres } from '../start/postgres.ts';

const perFolder = 22;
const withModelLeast = 0.95;
const migrations = fileURLToPath(new URL('../../prisma/doc-service/migrations', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'berth-suggestions-'));
const postgres = await startPostgres(join(folder, 'postgres'));
try {
  const measured = await measureSuggestions(await migrated('suggestions'), perFolder);
  const { documents, folders, heldOut, msPerDocument } = measured;
  console.log(
    `${documents} letters in ${folders} folders, ${heldOut} of them held out; ${msPerDocument.toFixed(1)} ms a letter.`,
  );
  for (const [name, share, least] of [
    ['folder right at first place', measured.folderRight, 0.8],
    ['title usable', measured.titleUsable, 0.7],
    ['proposed folders that are right', measured.folderPrecision, 0.95],
  ] as const) {
    const isReached = share >= least;
    if (!isReached) process.exitCode = 1;
    console.log(
      `${isReached ? '✓' : '✗'} ${name}: ${(share * 100).toFixed(1)} % (at least ${least * 100} %)`,
    );
  }
  console.log(`  letters of no folder that were left alone: ${(measured.straysLeft * 100).toFixed(1)} %`);
  if (process.argv.includes('--wrong')) for (const one of measured.wrong) console.log(`  ${one}`);

  const helped = await withModel();
  const isHelped = helped.folderRight >= withModelLeast;
  if (!isHelped) process.exitCode = 1;
  console.log(
    `${isHelped ? '✓' : '✗'} with a model, folder right: ${(helped.folderRight * 100).toFixed(1)} % (at least ${withModelLeast * 100} %)`,
  );
  console.log(
    `  proposed folders that are right: ${(helped.folderPrecision * 100).toFixed(1)} %; faults met and told: ${JSON.stringify(helped.faults)}`,
  );
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/**
 * A server that speaks the protocol, answers as a good model does, and meets a fault at each eighth question.
 */
async function withModel() {
  const model = await startModelDouble();
  try {
    return await measureSuggestions(await migrated('with_model'), perFolder, model);
  } finally {
    await model.close();
  }
}

async function migrated(name: string): Promise<string> {
  const url = await postgres.database(name);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await applyMigrations(client, migrations);
  await client.end();
  return url;
}
