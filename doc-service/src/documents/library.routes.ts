/** What people keep beside the documents' own facts: notes, views, and which documents look alike. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { DocumentRow, Editor } from './documents.types.ts';
import { read } from '#platform/read-body.ts';
import { readFilter } from './list-query.rules.ts';
import { maxNotes, type Note, type NoteOutcome, type NotesStore } from './notes.store.ts';
import type { SimilarStore } from './similar.store.ts';
import { filterIn, librarySettings, newView, viewChange, type ViewList } from './views.rules.ts';
import { maxViews, type View, type ViewOutcome, type ViewsStore } from './views.store.ts';

export type LibraryDeps = {
  notes: NotesStore;
  views: ViewsStore;
  similar: SimilarStore;
  viewerOf: (c: Context) => Editor;
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<DocumentRow>;
  /** The document as it is answered. @throws Problem 404 */
  document: (c: Context) => Promise<Response>;
  /** Something is to do. */
  wake: () => void;
};

const maxNoteCharacters = 10_000;
export const noteBody = z.strictObject({
  text: z
    .string('must be a text')
    .transform((given) => given.replaceAll('\u0000', '').toWellFormed().normalize('NFC').trim())
    .refine((text) => text !== '', 'must not be empty')
    .refine(
      (text) => text.length <= maxNoteCharacters,
      say`must have at most ${maxNoteCharacters} characters`,
    ),
});

export function libraryRoutes({
  notes,
  views,
  similar,
  viewerOf,
  visible,
  document,
  wake,
}: LibraryDeps): Hono {
  const routes = new Hono();

  routes.post('/documents/:id/notes', async (c) => {
    const { id } = await visible(c);
    return noted(c, await notes.add(viewerOf(c), id, (await read(c, noteBody)).text));
  });

  routes.patch('/documents/:id/notes/:noteId', async (c) => {
    const { id } = await visible(c);
    return noted(c, await notes.edit(viewerOf(c), id, idIn(c, 'noteId'), (await read(c, noteBody)).text));
  });

  routes.delete('/documents/:id/notes/:noteId', async (c) => {
    const { id } = await visible(c);
    return noted(c, await notes.remove(viewerOf(c), id, idIn(c, 'noteId')));
  });

  routes.get('/documents/:id/similar', async (c) => {
    const { id } = await visible(c);
    const found = await similar.to(viewerOf(c), id);
    return c.json({
      items: found.map(({ created_at: createdAt, likeness, ...one }) => ({
        ...one,
        created_at: createdAt.toISOString(),
        likeness: Math.round(likeness * 100) / 100,
      })),
    });
  });

  routes.get('/documents/views', async (c) => {
    const viewer = viewerOf(c);
    const [items, settings] = await Promise.all([views.list(viewer), views.settings(viewer)]);
    return c.json({
      items: items.map((view) => wireView(view, viewer)),
      settings,
      may_share: viewer.isSuperuser,
    });
  });

  routes.post('/documents/views', async (c) => {
    const { name, list, shared } = await read(c, newView);
    const editor = sharing(c, shared);
    checkList(list);
    return c.json(made(await views.make(editor, name, list, shared), editor), 201);
  });

  routes.put('/documents/views/settings', async (c) => {
    const settings = await read(c, librarySettings);
    if (!(await views.saveSettings(viewerOf(c), settings)))
      throw new Problem('invalid', {
        errors: [{ pointer: '/default_view_id', detail: 'is no view of yours' }],
      });
    return c.json(settings);
  });

  routes.patch('/documents/views/:viewId', async (c) => {
    const change = await read(c, viewChange);
    const editor = sharing(c, change.shared === true);
    if (change.list) checkList(change.list);
    return c.json(made(await views.change(editor, idIn(c, 'viewId'), change), editor));
  });

  routes.delete('/documents/views/:viewId', async (c) => {
    const editor = viewerOf(c);
    made(await views.remove(editor, idIn(c, 'viewId')), editor);
    return c.body(null, 204);
  });

  async function noted(c: Context, outcome: NoteOutcome): Promise<Response> {
    if (!outcome.ok && outcome.reason === 'gone') throw new Problem('not-found');
    if (!outcome.ok && outcome.reason === 'not-theirs')
      throw new Problem('not-allowed', { detail: 'A note is changed by the person who wrote it.' });
    if (!outcome.ok)
      throw new Problem('conflict', { detail: say`There are ${maxNotes} notes already: no more are taken.` });
    wake();
    return document(c);
  }

  /** @throws Problem 403 when it would be everybody's and they are no superuser */
  function sharing(c: Context, isShared: boolean): Editor {
    const editor = viewerOf(c);
    if (isShared && !editor.isSuperuser)
      throw new Problem('not-allowed', { detail: 'Superusers alone make views for everybody.' });
    return editor;
  }

  return routes;
}

export function wireNote({ id, authorId, authorName, text, at, editedAt }: Note, viewer: Editor) {
  return {
    id,
    text,
    by: { name: authorName },
    is_own: authorId === viewer.userId,
    at: at.toISOString(),
    edited_at: editedAt?.toISOString() ?? null,
  };
}

function wireView({ by, ...view }: View, { isSuperuser }: Editor) {
  return { ...view, by: { name: by }, may_edit: view.is_shared ? isSuperuser : view.is_own };
}

/** @throws Problem 404, 403 or 409 */
function made(outcome: ViewOutcome, editor: Editor) {
  if (outcome.ok) return wireView(outcome.view, editor);
  if (outcome.reason === 'gone') throw new Problem('not-found');
  if (outcome.reason === 'too-many')
    throw new Problem('conflict', { detail: say`You have ${maxViews} views already. Delete one first.` });
  throw new Problem('not-allowed', { detail: 'Superusers alone change views that are for everybody.' });
}

/** @throws Problem 422 that points to what is no filter */
function checkList(list: ViewList): void {
  readFilter(filterIn(list), '/list');
}

/** @throws Problem 404 */
function idIn(c: Context, name: string): string {
  const id = z.uuid().safeParse(c.req.param(name));
  if (!id.success) throw new Problem('not-found');
  return id.data;
}
