/** Documents that look like another one, as the database knows them. */
import type { PrismaClient } from '#platform/database.ts';
import type { Viewer } from './documents.types.ts';
import { likeness, sketchOf } from './sketch.rules.ts';
import { visibleTo } from './visibility.ts';

export type Similar = {
  id: string;
  title: string;
  category: string | null;
  created_at: Date;
  likeness: number;
};
export type SimilarStore = ReturnType<typeof createSimilarStore>;

const leastLikeness = 0.75;
const shown = 5;
/** So many documents are compared at most: a form that thousands filled in costs no more. */
const compared = 300;
const maxCharacters = 60_000;

export function createSimilarStore(prisma: PrismaClient) {
  /** Beside the text, when a document was read: repeating it is harmless. */
  const note = async (read: readonly { id: string; text: string }[]): Promise<void> => {
    const sketches = read.flatMap(({ id, text }) => {
      const sketch = sketchOf(text.slice(0, maxCharacters));
      return sketch ? [{ id, ...sketch }] : [];
    });
    await prisma.$transaction([
      prisma.$executeRaw`DELETE FROM document_sketches WHERE document_id = ANY(${read.map(({ id }) => id)}::uuid[])`,
      prisma.$executeRaw`
        INSERT INTO document_sketches (document_id, numbers, bands)
        SELECT one.id, one.numbers, one.bands
        FROM jsonb_to_recordset(${JSON.stringify(sketches)}::jsonb) AS one(id uuid, numbers integer[], bands integer[])
        JOIN documents d ON d.id = one.id ON CONFLICT (document_id) DO NOTHING`,
    ]);
  };

  const sketchFor = async (id: string): Promise<{ numbers: number[]; bands: number[] } | null> => {
    const known = await prisma.documentSketch.findUnique({ where: { documentId: id } });
    if (known) return known;
    const [chunk] = await prisma.documentChunk.findMany({
      where: { documentId: id },
      select: { text: true },
      orderBy: { chunk: 'asc' },
      take: 1,
    });
    const sketch = chunk ? sketchOf(chunk.text.slice(0, maxCharacters)) : null;
    // Read before there were sketches.
    if (chunk && sketch) await note([{ id, text: chunk.text }]);
    return sketch;
  };

  return {
    note,

    /** The most alike first; of what the viewer sees, and what is not in the trash. */
    async to(viewer: Viewer, id: string): Promise<Similar[]> {
      const sketch = await sketchFor(id);
      if (!sketch) return [];
      const rows = await prisma.$queryRaw<(Omit<Similar, 'likeness'> & { numbers: number[] })[]>`
        SELECT d.id::text, d.title, d.category, d.created_at, near.numbers
        FROM (SELECT document_id, numbers FROM document_sketches WHERE bands && ${sketch.bands}
          AND document_id <> ${id}::uuid LIMIT ${compared}) AS near
        JOIN documents d ON d.id = near.document_id
        WHERE d.superseded_by IS NULL AND d.trashed_at IS NULL AND ${visibleTo(viewer)}`;
      return rows
        .map(({ numbers, ...row }) => ({ ...row, likeness: likeness(sketch.numbers, numbers) }))
        .filter((row) => row.likeness >= leastLikeness)
        .toSorted((one, other) => other.likeness - one.likeness || one.id.localeCompare(other.id))
        .slice(0, shown);
    },
  };
}
