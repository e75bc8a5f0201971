/** What a superuser says of a manifest that waits for them. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Decision } from '#plugins/registry/approving.types.ts';
import type { ContainerGround, ContainerNeeds } from './container-ground.ts';

export type Decide = (
  outcome: Decision['outcome'],
  digest: string,
  who: { userId: string; email: string },
) => Promise<'done' | 'outdated' | 'conflict'>;

export function containerDecision(
  ground: Pick<ContainerGround, 'keeper' | 'present' | 'apply' | 'conflictsOf' | 'state'>,
  { id, note, log, now }: { id: string; note: ContainerNeeds['note']; log: Logger; now: () => number },
  checkNow: () => Promise<void>,
): Decide {
  const { keeper, present, apply, conflictsOf } = ground;
  return async (outcome, digest, { userId, email }) => {
    const { offer } = ground.state();
    if (offer?.digest !== digest) return 'outdated';
    const { manifest, differences, wish } = offer;
    if (outcome === 'approved' && conflictsOf(manifest).length > 0) return 'conflict';
    await keeper.pinGroups(manifest);
    const decision = { pluginId: id, outcome, digest, wish, differences, manifest };
    await note({ ...decision, userId, userEmail: email, at: now() });
    // Meanwhile a check may have found another manifest: the decision was not on that one.
    const before = present();
    const current = ground.state().offer;
    if (current?.digest !== digest || !before) return 'outdated';
    const wishes = new Set(keeper.record().refusedWishes);
    if (outcome === 'refused') wishes.add(wish);
    else wishes.delete(wish);
    keeper.note({ refusedWishes: wishes });
    if (outcome === 'approved') keeper.keep(apply(before, { kind: 'approved', offer: current }).after);
    log.info({ plugin: id, outcome, digest }, 'a manifest was decided on by a superuser');
    await checkNow();
    return 'done';
  };
}
