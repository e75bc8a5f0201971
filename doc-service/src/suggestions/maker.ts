/** Makes proposals in the background, after a document is found. Its failure harms nothing. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { singleFlight } from '#platform/single-flight.ts';
import { openFields, proposalsOf, type Switches } from './archive.rules.ts';
import type { MakingStore } from './making.store.ts';
import { invoiceProposals } from './e-invoice.rules.ts';
import type { Invoice } from './suggestions.types.ts';
import type { NeighboursStore } from './neighbours.store.ts';

export type MakerDeps = {
  store: MakingStore;
  neighbours: NeighboursStore;
  /**
   * What the e-invoice says that is attached to a document; null for none, and for one that cannot be used.
   */
  invoiceOf: (documentId: string) => Promise<Invoice | null>;
  switches: () => Switches;
  now: () => number;
  log: Logger;
};
export type Maker = {
  start: () => void;
  /** Something may be to do. */
  wake: () => void;
  /** Makes what is due now. */
  makeDue: () => Promise<void>;
  stop: () => Promise<void>;
};

const batch = 100;
const everyMs = 15_000;
const soonMs = 250;

export function createMaker({ store, neighbours, invoiceOf, switches, now, log }: MakerDeps): Maker {
  let isStopped = false;
  let soon: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;

  const makeOne = async (
    id: string,
    vocabulary: Awaited<ReturnType<MakingStore['vocabulary']>>,
  ): Promise<boolean> => {
    const subject = await store.subject(id);
    if (!subject) return false;
    const near = await neighbours.nearest(id, await neighbours.sign(subject));
    const open = openFields(subject, switches());
    const thisYear = new Date(now()).getUTCFullYear();
    const invoice = await invoiceOf(id);
    const exact = invoice ? invoiceProposals(subject, invoice, vocabulary, open) : [];
    const others = proposalsOf(subject, near, vocabulary, { open, thisYear });
    const proposals = [
      ...exact,
      ...others.filter((other) => !exact.some(({ field }) => field === other.field)),
    ];
    const methods = ['neighbours', 'rules', 'e-invoice'] as const;
    await store.note({ id, version: subject.version, proposals, methods });
    return subject.category !== null;
  };

  const makeAll = async (): Promise<void> => {
    while (!isStopped) {
      const due = await store.due(batch);
      if (due.length === 0) return;
      const vocabulary = await store.vocabulary();
      let isMoreFiled = false;
      for (const id of due) {
        if (isStopped) return;
        try {
          isMoreFiled = (await makeOne(id, vocabulary)) || isMoreFiled;
        } catch (err) {
          log.error({ err, document: id }, 'no proposals were made');
          await store.noteFailure(id);
        }
        // The service answers meanwhile.
        await nextTurn();
      }
      if (isMoreFiled) await store.learn();
    }
  };

  const round = singleFlight(makeAll, (err) => log.warn({ err }, 'proposals wait'));

  const wake = (): void => {
    if (isStopped) return;
    soon ??= setTimeout(() => {
      soon = undefined;
      void round.run();
    }, soonMs);
  };

  return {
    start() {
      timer = setInterval(wake, everyMs);
      wake();
    },
    wake,
    makeDue: round.run,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      await round.settled();
    },
  };
}
