/** `berth doctor` finds what keeps the product from starting, says what to do, and changes nothing. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@berth/testing/database.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doctor } from './doctor.ts';

type Database = Awaited<ReturnType<typeof freshDatabase>>;
let data: string;
let gateway: Database;
let documents: Database;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'berth-doctor-'));
  await mkdir(join(data, 'keys'));
  for (const name of ['access-1.pem', 'assertion-1.pem', 'secret'])
    await writeFile(join(data, 'keys', name), '');
  gateway = await freshDatabase('gateway');
  documents = await freshDatabase('doc-service');
});
afterAll(async () => {
  await gateway?.drop();
  await documents?.drop();
  await rm(data, { recursive: true, force: true });
});

async function ask(env: Record<string, string> = {}, folder = data) {
  const lines: string[] = [];
  const code = await doctor.run([], {
    env: {
      BERTH_PORT: '0',
      BERTH_MIN_FREE_MB: '1',
      DATABASE_URL: gateway.url,
      DOC_DATABASE_URL: documents.url,
      ...env,
    },
    data: folder,
    tell: (line) => lines.push(line),
    databaseUrl: () => Promise.resolve(gateway.url),
  });
  return { code, text: lines.join('\n') };
}

test('a machine where nothing is wrong ends with 0', async () => {
  const { code, text } = await ask();
  expect(text).toContain('ok       The database of gateway answers; 0 migrations wait.');
  expect(text).toContain('Nothing keeps Berth from starting.');
  expect(code).toBe(0);
});

test('before the first start it says so, and makes no folder', async () => {
  const folder = join(data, 'not-yet');
  const { code, text } = await ask({}, folder);
  expect(text).toContain('is not there yet: the first start makes it.');
  expect(code).toBe(0);
  expect(await readdir(data)).toEqual(['keys']);
});

test('a database that does not answer is told by its server', async () => {
  const { code, text } = await ask({ DOC_DATABASE_URL: 'postgresql://x@127.0.0.1:1/none' });
  expect(text).toMatch(/wrong {4}The database of doc-service cannot be used: .+\./);
  expect(text).toContain('1 to mend.');
  expect(code).toBe(1);
});

test('a database of a newer Berth is told by the migrations that are not known here', async () => {
  const newer = await freshDatabase('gateway');
  const client = new Client({ connectionString: newer.url });
  try {
    await client.connect();
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ('x', 'x', '29990101000000_later', now(), 1)`,
    );
    const { code, text } = await ask({ DATABASE_URL: newer.url });
    expect(text).toContain('The database of gateway was used by a newer Berth (29990101000000_later).');
    expect(code).toBe(1);
  } finally {
    await client.end();
    await newer.drop();
  }
});

test('a port that another program has is wrong', async () => {
  const other = createServer((_, res) => void res.writeHead(404).end());
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const { code, text } = await ask({ BERTH_PORT: String(port), BERTH_HOST: '127.0.0.1' });
    expect(text).toContain(`Port ${port} is taken: stop that program, or choose another`);
    expect(code).toBe(1);
  } finally {
    other.close();
  }
});

test('keys that are missing are a warning, for the next start makes them', async () => {
  await rm(join(data, 'keys', 'secret'));
  const { code, text } = await ask();
  expect(text).toMatch(/warning {2}.+ lacks keys/);
  expect(code).toBe(0);
});
