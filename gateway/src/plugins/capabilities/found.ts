/** Notes each capability when it is first seen, so that found stays apart from new over a restart. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createTicker } from '#platform/ticker.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { keyOf } from './bindings.rules.ts';
import type { CapabilitiesStore, CapabilityKey } from './capabilities.types.ts';
import { declaredCapabilities } from './seen.rules.ts';

type Needs = {
  store: Pick<CapabilitiesStore, 'found'>;
  snapshot: () => Snapshot;
  onChange: (listener: () => void) => () => void;
  isHolding: boolean;
  now: () => number;
  log: Logger;
};

const againMs = 60_000;

export function foundCapabilities({ store, snapshot, onChange, isHolding, now, log }: Needs) {
  const noted = new Set<string>();
  const ticker = createTicker(
    async () => {
      const fresh = declaredCapabilities(snapshot()).filter((one) => !noted.has(keyOf(one)));
      if (fresh.length === 0) return againMs;
      const records = fresh.map((one) => ({ ...one, isEnabled: !isHolding, options: {} }));
      const made = await store.found(records, new Date(now()));
      for (const one of fresh) noted.add(keyOf(one));
      if (made.length > 0)
        log.info(
          { capabilities: made.map(keyOf), held: isHolding },
          'capabilities were found for the first time',
        );
      return againMs;
    },
    (err) => log.warn({ err }, 'what was found of capabilities could not be kept; it is tried again'),
    againMs,
  );
  let stopListening = (): void => {};
  return {
    start: () => {
      stopListening = onChange(() => void ticker.runNow());
      ticker.start();
    },
    /** A removed one counts as new when it is seen again. */
    forget: (key: CapabilityKey) => {
      noted.delete(keyOf(key));
      void ticker.runNow();
    },
    stop: async () => {
      stopListening();
      await ticker.stop();
    },
  };
}
