import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditStore } from '#operations/audit/audit.store.ts';
import { openDatabase } from '#platform/database.ts';
import { nodeBinary, root } from '@berth/testing/checkout.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';

let fresh: TestDatabase;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  fresh = await freshDatabase('gateway');
  database = openDatabase({ url: fresh.url, log: createLogger('test', 'silent') });
  const event = {
    at: 1_800_000_000_000,
    actor: null,
    action: 'group.create',
    target: 'g',
    address: null,
    requestId: null,
    outcome: 'ok',
    details: {},
  } as const;
  await auditStore(database).append([1, 2, 3].map(() => ({ event, intentId: null })));
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const started = promisify(execFile)(nodeBinary, [join(root, 'cli/src/berth.ts'), 'audit', ...args], {
    env: { ...process.env, DATABASE_URL: fresh.url },
  });
  try {
    const { stdout } = await started;
    return { code: 0, output: stdout };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stderr' in error)) throw error;
    return { code: Number(error.code), output: String(error.stderr) };
  }
}

describe('B7 audit verify on the command line', () => {
  test('says that the chain is whole and where it ends, and later that it is not', async () => {
    const whole = await run('verify');
    expect(whole).toMatchObject({ code: 0, output: expect.stringContaining('The audit is whole: 3 rows.') });
    const head = /3:[0-9a-f]{64}/.exec(whole.output)?.[0] ?? '';
    expect((await run('verify', '--head', head)).code).toBe(0);

    await database.pool.query(
      'ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only; DELETE FROM audit_events WHERE seq = 3',
    );
    expect((await run('verify')).code).toBe(0);
    expect(await run('verify', '--head', head)).toMatchObject({
      code: 1,
      output: expect.stringContaining('cut off'),
    });
    await database.pool.query(`UPDATE audit_events SET target = 'other' WHERE seq = 2`);
    expect(await run('verify')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Row 2 was changed'),
    });
  });

  test('refuses what it does not understand', async () => {
    for (const args of [[], ['mend'], ['verify', '--head', 'nonsense'], ['verify', '--tail']])
      expect(await run(...args)).toMatchObject({ code: 2, output: expect.stringContaining('Usage') });
  });
});
