/** One check of a container: is it up, what does its manifest say, and what does its icon look like. */
import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { fetchIcon } from '../icons/icon.client.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { admit } from './admit.usecases.ts';
import type { ContainerGround, ContainerNeeds } from './container-ground.ts';
import { wantedIcon } from './container.rules.ts';
import type { Admission, Probe } from './discovery.types.ts';
import { probe } from './probe.client.ts';

const defaultHealth = { path: '/health', timeout_ms: 2000 };

/** @returns a check, which answers after how many milliseconds the next one is due. @param isUrgent goes before the checks of others */
export function containerCheck(
  { service: { id, origin }, keeper, stopping, ...ground }: ContainerGround,
  needs: ContainerNeeds,
  probing: Dispatcher,
): (isUrgent: boolean) => Promise<number> {
  function questionFor({ admitted }: Plugin): Parameters<typeof probe>[1] {
    const health = admitted?.manifest.health ?? defaultHealth;
    const keptEtag = admitted && keeper.record().admitted?.origin === origin ? admitted.etag : null;
    return {
      origin,
      callback: needs.issueCallback(id),
      healthPath: health.path,
      healthTimeoutMs: health.timeout_ms,
      etag: ground.state().readEtag ?? keptEtag,
      signal: stopping.signal,
    };
  }

  async function admissionOf(answer: Probe): Promise<{ admission: Admission | null; hash: string | null }> {
    if (!answer.isUp || answer.manifest.kind !== 'bytes') return { admission: null, hash: null };
    const hash = createHash('sha256').update(answer.manifest.bytes).digest('hex');
    return {
      admission: hash === ground.state().readHash ? null : await admit(id, answer.manifest.bytes, needs),
      hash,
    };
  }

  /** From here to the swap nothing waits: two containers that ask for one mount cannot both find it free. */
  function conclude(answer: Probe, offered: Admission | null, hash: string | null): number {
    const before = ground.present();
    if (!before) return needs.intervalMs;
    const admission = offered?.ok ? withoutConflicts(offered) : offered;
    const random = needs.random();
    const { after, waitMs } = ground.apply(before, {
      kind: 'checked',
      probe: answer,
      admission,
      hash,
      random,
    });
    if (before.state !== after.state)
      needs.log.info(
        { plugin: id, from: before.state, to: after.state, detail: after.detail },
        'plugin changed its state',
      );
    keeper.keep(after);
    return waitMs;
  }

  function withoutConflicts(admission: Extract<Admission, { ok: true }>): Admission {
    const errors = ground.conflictsOf(admission.manifest);
    return errors.length > 0 ? { ok: false, reason: 'invalid', stage: 'manifest', errors } : admission;
  }

  /** After the swap, so that an icon that is slow to come holds up nothing. Fetched once for each manifest that serves. */
  async function lookForIcon(): Promise<void> {
    const before = ground.present();
    const path = before && wantedIcon(ground.state(), before);
    if (!path || !before.admitted) return;
    const { manifest } = before.admitted;
    const answer = await needs.semaphore(() => fetchIcon(probing, path, stopping.signal));
    // The icon of another manifest is looked for with the next check.
    const plugin = ground.stillServing(manifest);
    if (plugin) keeper.keep(ground.apply(plugin, { kind: 'icon-fetched', answer }).after);
  }

  return async (isUrgent) => {
    const before = ground.present();
    if (!before || !keeper.record().isEnabled || !needs.asks()) return needs.intervalMs;
    const question = questionFor(before);
    const answer = await needs.semaphore(() => probe(probing, question), isUrgent);
    const { admission, hash } = await admissionOf(answer);
    const manifest = admission?.ok ? admission.manifest : before.admitted?.manifest;
    await keeper.ensureOwnGroup(manifest?.name ?? null);
    if (manifest) await keeper.pinGroups(manifest);
    if (stopping.signal.aborted || !keeper.record().isEnabled) return needs.intervalMs;
    const waitMs = conclude(answer, admission, hash);
    if (answer.isUp) await lookForIcon();
    return waitMs;
  };
}
