/**
 * Tells registrars of extensions that come and go. This is the system's own work: no request waits for it.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { ResourceRef } from '@berth/plugin-kit/hooks/hooks.ts';
import type { Snapshot } from '#plugins/registry/snapshot.ts';
import type { HookChains } from './hook-chains.ts';
import { systemPrincipal } from './principal.rules.ts';

type RegisterNeeds = {
  chains: Pick<HookChains, 'register' | 'deregister'>;
  snapshot: () => Snapshot;
  log: Logger;
};

/**
 * Registrars keep nothing of an earlier run for certain, so every start tells them of every extension again.
 */
export function extensionRegister({ chains, snapshot, log }: RegisterNeeds) {
  const told = new Set<string>();
  let running: Promise<void> | null = null;
  let isOutdated = false;

  const tell = async (id: string, isThere: boolean): Promise<void> => {
    const ref: ResourceRef = { kind: 'extension', id, metadata: {} };
    try {
      await (isThere ? chains.register(systemPrincipal, ref) : chains.deregister(systemPrincipal, ref));
      if (isThere) told.add(id);
      else told.delete(id);
    } catch (err) {
      log.warn({ err, extension: id }, 'a registrar did not take an extension; the next change tries again');
    }
  };

  const lookAll = async (): Promise<void> => {
    do {
      isOutdated = false;
      const { plugins } = snapshot();
      for (const id of plugins.keys()) if (!told.has(id)) await tell(id, true);
      for (const id of told) if (!plugins.has(id)) await tell(id, false);
    } while (isOutdated);
    running = null;
  };

  return {
    look: (): void => {
      isOutdated = true;
      running ??= lookAll();
    },
    settled: (): Promise<void> => running ?? Promise.resolve(),
  };
}
