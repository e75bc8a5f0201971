/** The suggestions' door: what could be said of a document, made in the background; a person decides. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Hono } from 'hono';
import type { Prisma, PrismaClient } from '#platform/database.ts';
import { createAsker, type AskingSettings, type Provider } from './asker.ts';
import { createAskingStore } from './asking.store.ts';
import { createMaker, type Maker, type MakerDeps } from './maker.ts';
import { createMakingStore } from './making.store.ts';
import { createNeighboursStore } from './neighbours.store.ts';
import type { DecidingPerson, SuggestionsDeps } from './decisions.ts';
import { suggestionsRoutes } from './suggestions.routes.ts';
import { createUsageStore } from './usage.store.ts';
import { createSuggestionsStore, type SuggestionsStore } from './suggestions.store.ts';

export { providerOf } from './provider.ts';
export { suggestionsDescriptions } from './suggestions.descriptions.ts';
export type { Provider };
export type SuggestionsRoom = Pick<Maker, 'start' | 'wake' | 'makeDue' | 'stop'> & {
  /** Asks the model about what is due now. */
  askDue: () => Promise<void>;
  /** Other settings are in force. */
  resume: () => void;
  /** Takes part in what people change by hand. */
  listener: Pick<SuggestionsStore, 'edited' | 'undone'>;
  routes: <Change extends object, Decider extends DecidingPerson>(
    deps: Omit<
      SuggestionsDeps<Change, Decider>,
      'store' | 'usage' | 'now' | 'asking' | 'model' | 'privacyOfRest'
    >,
  ) => Hono;
};

export type SuggestionsRoomDeps = {
  prisma: PrismaClient;
  /** Over `documents d` and `documents n`: whether all who see `d` may be told of `n`. */
  isOpenTo: Prisma.Sql;
  settings: () => AskingSettings;
  invoiceOf: MakerDeps['invoiceOf'];
  /** Null where the service does not know the gateway's internal port. */
  provider: Provider | null;
  modelTimeoutMs?: number;
  now: () => number;
  log: Logger;
};

const defaultTimeoutMs = 60_000;

export function suggestionsRoom({
  prisma,
  isOpenTo,
  settings,
  invoiceOf,
  provider,
  modelTimeoutMs = defaultTimeoutMs,
  now,
  log,
}: SuggestionsRoomDeps): SuggestionsRoom {
  const store = createSuggestionsStore(prisma);
  const making = createMakingStore(prisma);
  const asking = createAskingStore(prisma);
  const usage = createUsageStore(prisma);
  const neighbours = createNeighboursStore(prisma, isOpenTo);
  const maker = createMaker({ store: making, neighbours, invoiceOf, switches: settings, now, log });
  const asker = createAsker({
    store: asking,
    usage,
    making,
    provider,
    settings,
    timeoutMs: modelTimeoutMs,
    now,
    log,
  });
  return {
    start() {
      maker.start();
      asker.start();
    },
    wake: maker.wake,
    makeDue: maker.makeDue,
    askDue: asker.askDue,
    resume() {
      asker.resume();
      void asking
        .askPrivateAgain()
        .catch((err: unknown) => log.warn({ err }, 'what was held back still waits'));
    },
    async stop() {
      await Promise.all([maker.stop(), asker.stop()]);
    },
    listener: { edited: store.edited, undone: store.undone },
    routes: (deps) =>
      suggestionsRoutes({
        ...deps,
        store,
        usage,
        now,
        asking,
        model: asker.state,
        privacyOfRest: () => settings().privacy,
      }),
  };
}
