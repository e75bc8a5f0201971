/** What people write to documents, as the database keeps it. */
import type { Prisma, PrismaClient } from '#platform/database.ts';
import type { Editor } from './documents.types.ts';

export type Note = {
  id: string;
  authorId: string;
  authorName: string | null;
  text: string;
  at: Date;
  editedAt: Date | null;
};
export type NoteOutcome = { ok: true } | { ok: false; reason: 'gone' | 'not-theirs' | 'too-many' };
export type NotesStore = ReturnType<typeof createNotesStore>;

export const maxNotes = 500;

export function createNotesStore(prisma: PrismaClient) {
  const changeOwn = async (
    editor: Editor,
    documentId: string,
    noteId: string,
    work: (tx: Prisma.TransactionClient, before: string) => Promise<void>,
  ): Promise<NoteOutcome> =>
    prisma.$transaction(async (tx) => {
      const note = await tx.documentNote.findFirst({ where: { id: noteId, documentId } });
      if (!note) return { ok: false, reason: 'gone' };
      if (note.authorId !== editor.userId) return { ok: false, reason: 'not-theirs' };
      await work(tx, note.text);
      return { ok: true };
    });

  return {
    /** The oldest first. */
    of: (documentId: string): Promise<Note[]> =>
      prisma.documentNote.findMany({
        where: { documentId },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
        take: maxNotes,
      }),

    async add(editor: Editor, documentId: string, text: string): Promise<NoteOutcome> {
      return prisma.$transaction(async (tx) => {
        if ((await tx.documentNote.count({ where: { documentId } })) >= maxNotes)
          return { ok: false, reason: 'too-many' };
        const author = { authorId: editor.userId, authorName: editor.name };
        await tx.documentNote.create({ data: { documentId, text, ...author } });
        await noteEvent(tx, editor, documentId, { from: null, to: text });
        return { ok: true };
      });
    },

    edit: (editor: Editor, documentId: string, noteId: string, text: string): Promise<NoteOutcome> =>
      changeOwn(editor, documentId, noteId, async (tx, before) => {
        if (before === text) return;
        await tx.documentNote.update({ where: { id: noteId }, data: { text, editedAt: new Date() } });
        await noteEvent(tx, editor, documentId, { from: before, to: text });
      }),

    remove: (editor: Editor, documentId: string, noteId: string): Promise<NoteOutcome> =>
      changeOwn(editor, documentId, noteId, async (tx, before) => {
        await tx.documentNote.delete({ where: { id: noteId } });
        await noteEvent(tx, editor, documentId, { from: before, to: null });
      }),
  };
}

/** In the history, and found by its words from now on: a document that is found is indexed anew. */
async function noteEvent(
  tx: Prisma.TransactionClient,
  { userId, name }: Editor,
  documentId: string,
  change: { from: string | null; to: string | null },
): Promise<void> {
  await tx.documentEvent.create({
    data: { documentId, kind: 'note', place: '', byId: userId, byName: name, change },
  });
  await tx.$executeRaw`
    UPDATE documents SET revision = revision + 1, updated_at = now(),
      status = CASE WHEN status = 'searchable' THEN 'read' ELSE status END,
      next_attempt_at = CASE WHEN status = 'searchable' THEN 'epoch' ELSE next_attempt_at END
    WHERE id = ${documentId}::uuid`;
}
