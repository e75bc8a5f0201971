/** How many files came by which way, by day, and the latest that were refused. */
import type { PrismaClient } from '#platform/database.ts';
import type { Refusal, Way, WaySum } from './tally.types.ts';

export type TallyStore = ReturnType<typeof createTallyStore>;

/** Refused files that are remembered for one person, or for the archive. */
const keptRefusals = 50;

export function createTallyStore(prisma: PrismaClient) {
  const count = async (way: Way, at: Date, { taken = 0, refused = 0 }): Promise<void> => {
    const day = at.toISOString().slice(0, 10);
    await prisma.$executeRaw`
      INSERT INTO arrival_days AS kept (day, way, taken, refused, last_at)
      VALUES (${day}::date, ${way}, ${taken}, ${refused}, ${at})
      ON CONFLICT (day, way) DO UPDATE SET taken = kept.taken + EXCLUDED.taken,
        refused = kept.refused + EXCLUDED.refused, last_at = EXCLUDED.last_at`;
  };
  return {
    took: (way: Way, at: Date): Promise<void> => count(way, at, { taken: 1 }),

    async refused({ ownerId, at, way, name, reason }: Refusal & { ownerId: string | null }): Promise<void> {
      await count(way, at, { refused: 1 });
      await prisma.arrivalRefusal.create({ data: { ownerId, at, way, name, reason } });
      await prisma.$executeRaw`
        DELETE FROM arrival_refusals WHERE owner_id IS NOT DISTINCT FROM ${ownerId} AND id NOT IN (
          SELECT id FROM arrival_refusals WHERE owner_id IS NOT DISTINCT FROM ${ownerId}
          ORDER BY at DESC, id LIMIT ${keptRefusals})`;
    },

    /** @param since a day, in UTC */
    sums: (since: Date): Promise<WaySum[]> => prisma.$queryRaw<WaySum[]>`
      SELECT way, sum(taken)::integer AS taken, sum(refused)::integer AS refused, max(last_at) AS "lastAt"
      FROM arrival_days WHERE day >= ${since.toISOString().slice(0, 10)}::date GROUP BY way`,

    /** The newest first. */
    refusalsOf: (ownerId: string): Promise<Refusal[]> => prisma.$queryRaw<Refusal[]>`
      SELECT at, way, name, reason FROM arrival_refusals WHERE owner_id = ${ownerId} ORDER BY at DESC, id`,
  };
}
