/**
 * What came by which way lately: counts for its editors, and for each person what was
 * refused to them.
 */
import { Hono, type Context } from 'hono';
import { sayTo } from '#platform/words/spoken.ts';
import type { TallyStore } from './tally.store.ts';
import { ways, type WaySum } from './tally.types.ts';

export type TallyDeps = {
  tally: Pick<TallyStore, 'sums' | 'refusalsOf'>;
  personOf: (c: Context) => { userId: string; isEditor: boolean; isSuperuser: boolean };
  /** What the watched folder brought. */
  watchedSince: (since: Date) => Promise<{ taken: number; refused: number; lastAt: Date | null }>;
  now: () => number;
};

const days = 30;

export function tallyRoutes({ tally, personOf, watchedSince, now }: TallyDeps): Hono {
  return new Hono().get('/documents/arrivals', async (c) => {
    const { userId, isEditor, isSuperuser } = personOf(c);
    const since = new Date(now() - days * 86_400_000);
    const [sums, watched, refusals] = await Promise.all([
      isEditor ? tally.sums(since) : [],
      isEditor ? watchedSince(since) : null,
      tally.refusalsOf(userId),
    ]);
    const all: WaySum[] = watched ? [...sums, { way: 'watch', ...watched }] : sums;
    const wire = ({ way, taken, refused, lastAt }: WaySum) => ({
      way,
      taken,
      refused,
      last_at: lastAt?.toISOString() ?? null,
    });
    const say = sayTo(c);
    const none = { taken: 0, refused: 0, lastAt: null };
    return c.json(
      {
        may_manage: isEditor,
        may_import: isSuperuser,
        days,
        ways: isEditor ? ways.map((way) => wire(all.find((one) => one.way === way) ?? { way, ...none })) : [],
        refused: refusals.map(({ at, way, name, reason }) => ({
          at: at.toISOString(),
          way,
          name,
          reason: say(reason),
        })),
      },
      200,
      { 'cache-control': 'no-store' },
    );
  });
}
