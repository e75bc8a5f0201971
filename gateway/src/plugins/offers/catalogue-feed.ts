/**
 * The catalogues at hand: the one that ships with the program, and those of addresses, whose last good copy
 * is kept.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createTicker } from '#platform/ticker.ts';
import type { EgressAnswer, Egress } from '../connections/egress.client.ts';
import { EgressFailure } from '../connections/egress.client.ts';
import { maxCatalogueBytes, readCatalogue, whyNotNewer } from './catalogue-document.rules.ts';
import type { CatalogueState, CatalogueStore } from './catalogue-state.ts';

export type CatalogueFeed = {
  all: () => readonly CatalogueState[];
  start: () => void;
  /** Fetches all of them once more. */
  refresh: () => Promise<void>;
  stop: () => Promise<void>;
};

export type CatalogueAddress = { url: string; key: string };

type Needs = {
  shipped: { document: string; key: string };
  addresses: readonly CatalogueAddress[];
  store: CatalogueStore;
  egress: Egress;
  now: () => number;
  log: Logger;
};

const everyMs = 60 * 60_000;
const answerWithinMs = 10_000;
const wholeWithinMs = 60_000;

export function catalogueFeed({ shipped, addresses, store, egress, now, log }: Needs): CatalogueFeed {
  const states = new Map<string, CatalogueState>();
  const own = readCatalogue(shipped.document, shipped.key);
  const shippedProblem = own.ok ? own.problems[0] : own.detail;
  states.set('shipped', {
    id: 'shipped',
    name: own.ok ? own.catalogue.name : 'Shipped with Berth',
    catalogue: own.ok ? own.catalogue : null,
    fetchedAt: null,
    problem: shippedProblem ?? null,
  });
  const stopping = new AbortController();

  const look = async ({ url, key }: CatalogueAddress): Promise<void> => {
    const source = `${url}#${key}`;
    const kept = await store.find(source);
    let fetchedAt = kept?.fetchedAt ?? null;
    let document = kept?.document ?? null;
    let problem: string | null = null;
    try {
      const fetched = await fetchText(egress, url, stopping.signal);
      const reading = readCatalogue(fetched, key);
      problem = reading.ok ? whyNotNewer(kept, reading.catalogue.serial, fetched) : reading.detail;
      if (reading.ok && problem === null) {
        fetchedAt = new Date(now());
        document = fetched;
        await store.keep(source, { serial: reading.catalogue.serial, document, fetchedAt });
      }
    } catch (error) {
      if (!(error instanceof EgressFailure) && !(error instanceof FetchRefusal)) throw error;
      problem = error.message;
    }
    if (stopping.signal.aborted) return;
    if (problem !== null)
      log.warn({ url, problem }, 'a catalogue could not be taken; its last good copy counts');
    const shown = document === null ? null : readCatalogue(document, key);
    states.set(url, {
      id: url,
      name: shown?.ok ? shown.catalogue.name : url,
      catalogue: shown?.ok ? shown.catalogue : null,
      fetchedAt,
      problem: problem ?? (shown?.ok ? (shown.problems[0] ?? null) : null),
    });
  };

  const ticker = createTicker(
    async () => {
      await Promise.all(addresses.map(look));
      return everyMs;
    },
    (err) => log.error({ err }, 'the catalogues could not be read'),
    60_000,
  );
  return {
    all: () => [...states.values()],
    start: () => {
      if (addresses.length > 0) ticker.start();
    },
    refresh: () => (addresses.length > 0 ? ticker.runNow() : Promise.resolve()),
    stop: async () => {
      stopping.abort();
      await ticker.stop();
    },
  };
}

/** The answer is no catalogue. */
class FetchRefusal extends Error {
  override readonly name = 'FetchRefusal';
}

async function fetchText(egress: Egress, url: string, stop: AbortSignal): Promise<string> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(wholeWithinMs)]);
  const answer = await egress.send({
    url: new URL(url),
    method: 'GET',
    headers: { accept: 'application/json' },
    body: null,
    // The operator wrote the address: a mirror inside their own network is meant.
    isLocal: true,
    timeoutMs: answerWithinMs,
    signal,
  });
  // Without a listener the error of a body that was given up ends the process.
  answer.body.on('error', () => {});
  if (answer.status !== 200) {
    answer.body.destroy();
    throw new FetchRefusal(`its address answered ${answer.status}`);
  }
  return readBounded(answer);
}

async function readBounded({ body }: EgressAnswer): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body) {
      const bytes: unknown = piece;
      if (!(bytes instanceof Uint8Array)) continue;
      size += bytes.length;
      if (size > maxCatalogueBytes) throw new FetchRefusal('it is larger than 2 MiB');
      pieces.push(bytes);
    }
  } catch (cause) {
    body.destroy();
    throw cause instanceof FetchRefusal ? cause : new FetchRefusal('its answer broke off', { cause });
  }
  return Buffer.concat(pieces).toString('utf8');
}
