/**
 * Checks that the audit is as it was written. `--head` is an end of the chain that was noted earlier: only with it can
 * rows that were cut off, or a chain that was written anew, be told.
 */
import { parseArgs } from 'node:util';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { auditStore } from '#operations/audit/audit.store.ts';
import { verifyChain, type Head } from '#operations/audit/audit.usecases.ts';
import { openDatabase } from '#platform/database.ts';

export const auditVerify: Command = {
  name: 'audit verify',
  usage: '[--head SEQ:HASH]',
  summary: 'checks the chain of the audit; --head is an end that was noted earlier',
  run: async (args, { databaseUrl, tell }) => {
    const known = knownHead(args);
    const database = openDatabase({
      url: await databaseUrl(),
      log: createLogger('audit', 'warn'),
      maxConnections: 1,
    });
    try {
      const { isWhole, rows, head, fault } = await verifyChain(auditStore(database), known);
      if (!isWhole) throw new CommandRefusal(`The audit was touched. ${fault?.reason ?? ''}`);
      tell(`The audit is whole: ${rows} ${rows === 1 ? 'row' : 'rows'}.`);
      if (head)
        tell(`It ends with ${head.seq}:${head.hash}\nNote that somewhere else; --head checks it later.`);
    } finally {
      await database.close();
    }
  },
};

function knownHead(args: string[]): Head | null {
  try {
    const { head } = parseArgs({ args, options: { head: { type: 'string' } } }).values;
    if (head === undefined) return null;
    const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(head) ?? [];
    if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  } catch {
    // Told below, with the same sentence.
  }
  throw new CommandRefusal('Usage: berth audit verify [--head SEQ:HASH]', 2);
}
