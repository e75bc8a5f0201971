/**
 * Checks that nobody touched the audit.
 *
 *   npm run audit -- verify [--head SEQ:HASH]
 *
 * `--head` is an end of the chain that was noted earlier: only with it can rows that were cut off, or a chain that
 * was written anew, be told. The database is DATABASE_URL, or the embedded one of the data folder (BERTH_DATA).
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { auditStore } from '../gateway/src/operations/audit/audit.store.ts';
import { verifyChain, type Head } from '../gateway/src/operations/audit/audit.usecases.ts';
import { openDatabase } from '../gateway/src/platform/database.ts';
import { startPostgres } from './postgres.ts';

const usage = 'Usage: npm run audit -- verify [--head SEQ:HASH]';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { head: { type: 'string' } } });
const known = values.head === undefined ? null : headOf(values.head);
if (positionals.join(' ') !== 'verify' || known === 'wrong') {
  console.error(usage);
  process.exitCode = 2;
} else process.exitCode = await verify(known);

/** @returns the exit code: 0 when the chain is whole */
async function verify(known: Head | null): Promise<number> {
  const opened = await openAudit();
  try {
    const { isWhole, rows, head, fault } = await verifyChain(auditStore(opened), known);
    if (!isWhole) {
      console.error(`The audit was touched. ${fault?.reason ?? ''}`);
      return 1;
    }
    console.log(`The audit is whole: ${rows} ${rows === 1 ? 'row' : 'rows'}.`);
    if (head)
      console.log(`It ends with ${head.seq}:${head.hash}\nNote that somewhere else; --head checks it later.`);
    return 0;
  } finally {
    await opened.close();
  }
}

async function openAudit() {
  const configured = process.env['DATABASE_URL'];
  const embedded =
    configured === undefined
      ? await startPostgres(join(resolve(process.env['BERTH_DATA'] ?? 'data'), 'postgres'))
      : null;
  const database = openDatabase({
    url: configured ?? (await embedded?.database('berth')) ?? '',
    log: createLogger('audit', 'warn'),
    maxConnections: 1,
  });
  return {
    prisma: database.prisma,
    pool: database.pool,
    close: async () => {
      await database.close();
      if (embedded && !embedded.wasRunning) await embedded.stop();
    },
  };
}

function headOf(text: string): Head | 'wrong' {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? 'wrong' : { seq: Number(seq), hash };
}
