/** What the service says of itself when the gateway asks: is it well, and how far is the archive? */
import type { HealthAnswer } from '@berth/plugin-kit/contract/health.ts';
import type { IntakeRoom } from '#intake/intake.room.ts';
import type { Ground } from './ground.ts';
import type { Archive } from './wire-archive.ts';

/** How the watched folder is told to people and programs. */
export function watchingOf({ settings, root }: Ground, intake: IntakeRoom): () => Record<string, unknown> {
  return () => {
    const { mode, detail, lastRescanAt, lastRescanMs, settling } = intake.state();
    const state = { mode, detail, last_rescan_at: lastRescanAt, last_rescan_ms: lastRescanMs, settling };
    return { enabled: settings.present().watch_enabled, path: root, ...state };
  };
}

export function healthOf(
  { database, now }: Ground,
  { documents: { store, vault } }: Archive,
  { intake, watching }: { intake: IntakeRoom; watching: () => Record<string, unknown> },
): () => Promise<HealthAnswer> {
  return async () => {
    if (!(await database.isUp()))
      return {
        status: 'degraded',
        detail: 'The database does not answer.',
        checks: { watching: watching() },
      };
    const state = intake.state();
    const { parked } = state;
    const isFull = !(await vault.hasRoom().catch(() => false));
    const isWorthTelling =
      state.mode === 'offline' || (state.mode === 'rescans' && state.detail?.startsWith('Changes'));
    const ofFolder = isWorthTelling ? state.detail : null;
    const detail = isFull || parked ? 'The disk of the archive is full.' : ofFolder;
    const checks = {
      documents: await store.counts(null),
      lag_ms: await store.lagMs(now()),
      watching: watching(),
      parked,
    };
    return detail === null ? { status: 'ok', checks } : { status: 'degraded', detail, checks };
  };
}
