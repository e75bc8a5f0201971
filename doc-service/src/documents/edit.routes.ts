/** What people say of documents: one by one, many at once, and undone. */
import { caller, isStillCurrent } from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { read } from '#platform/read-body.ts';
import { etagOfRevision } from './documents.rules.ts';
import type { Editor, ListFilter } from './documents.types.ts';
import {
  categoryPath,
  correspondent,
  documentDate,
  documentType,
  maxTags,
  tagList,
  title,
  type Change,
} from './edit.rules.ts';
import type { FieldsStore } from './fields.store.ts';
import { maxBulk, type FactsStore } from './facts.store.ts';
import { readFilter } from './list-query.rules.ts';

export type EditDeps = {
  facts: FactsStore;
  fields: FieldsStore;
  /** Their members change what everybody sees. */
  editorGroup: string;
  /** The document as the list shows it. @throws Problem 404 */
  document: (c: Context) => Promise<Response>;
  /** Ids of what a list would show, so many at most. */
  idsOf: (editor: Editor, filter: ListFilter & { q: string }, most: number) => Promise<string[]>;
  /** Something is to do. */
  wake: () => void;
};

const bulkChange = z
  .strictObject({
    type: documentType.optional(),
    correspondent: correspondent.optional(),
    date: documentDate.optional(),
    add_tags: tagList.optional(),
    remove_tags: tagList.optional(),
    category: categoryPath.nullable().optional(),
    fields: z.record(z.string(), z.unknown(), 'must be values by the keys of fields').optional(),
    trash: z.boolean('must be true or false').optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must say what to change');
export const bulkBody = z
  .strictObject({
    ids: z
      .array(z.uuid('must be an id'))
      .min(1, 'must name a document')
      .max(1000, 'must be at most 1000')
      .optional(),
    all_of: z.record(z.string(), z.unknown(), 'must be the filters of a list').optional(),
    change: bulkChange,
  })
  .refine(
    ({ ids, all_of: all }) => (ids === undefined) !== (all === undefined),
    'must have either ids or all_of',
  );

/** Of one field each. */
export const editBodies = {
  title: z.strictObject({ title }),
  type: z.strictObject({ type: documentType }),
  tags: z.strictObject({ tags: tagList }),
  correspondent: z.strictObject({ correspondent }),
  date: z.strictObject({ date: documentDate }),
};

export function editRoutes(deps: EditDeps): Hono {
  const { facts, fields } = deps;
  const routes = new Hono();

  routes.patch('/documents/:id/title', async (c) => answerEdited(c, await read(c, editBodies.title)));
  routes.patch('/documents/:id/type', async (c) => answerEdited(c, await read(c, editBodies.type)));
  routes.patch('/documents/:id/tags', async (c) => answerEdited(c, await read(c, editBodies.tags)));

  routes.patch('/documents/:id/correspondent', async (c) =>
    answerEdited(c, await read(c, editBodies.correspondent)),
  );
  routes.patch('/documents/:id/date', async (c) => answerEdited(c, await read(c, editBodies.date)));

  routes.delete('/documents/:id', async (c) => {
    await edit(deps, c, { trash: true });
    return c.body(null, 204);
  });

  routes.post('/documents/:id/restore', async (c) => answerEdited(c, { trash: false }));

  routes.post('/documents/bulk', async (c) => {
    const { ids, all_of: all, change } = await read(c, bulkBody);
    const editor = editorOf(c, deps.editorGroup);
    const found = ids ?? (await idsOf(editor, all));
    if (found.length > maxBulk)
      throw new Problem('conflict', {
        detail: say`More than ${maxBulk} documents are meant. Narrow the list first.`,
      });
    const { add_tags: addTags, remove_tags: removeTags, fields: given, ...rest } = change;
    const values = given ? await fields.read(editor, given, '/change/fields') : undefined;
    const done = await facts.bulk(editor, [...new Set(found)], {
      ...rest,
      addTags,
      removeTags,
      fields: values,
    });
    if (!done.ok) {
      if (done.reason === 'none-editable') throw notAllowed(deps.editorGroup);
      if (done.reason === 'not-into') throw closedCategory();
      const detail = say`must leave at most ${maxTags} tags on each document`;
      throw new Problem('invalid', { errors: [{ pointer: '/change/add_tags', detail }] });
    }
    deps.wake();
    return c.json({ changed: done.changed, skipped: done.skipped, undo_id: done.undoId });
  });

  routes.post('/documents/bulk/:undoId/undo', async (c) => {
    const undoId = z.uuid().safeParse(c.req.param('undoId'));
    if (!undoId.success) throw new Problem('not-found');
    const done = await facts.undo(editorOf(c, deps.editorGroup), undoId.data);
    if (!done.ok && done.reason === 'unknown') throw new Problem('not-found');
    if (!done.ok) throw new Problem('conflict', { detail: 'It is undone already.' });
    deps.wake();
    return c.json({ changed: done.changed, skipped: done.skipped });
  });

  async function idsOf(editor: Editor, all: unknown): Promise<string[]> {
    const filter = readFilter(all, '/all_of');
    await fields.check(filter.fields, '/all_of');
    return deps.idsOf(editor, filter, maxBulk + 1);
  }

  async function answerEdited(c: Context, change: Change): Promise<Response> {
    await edit(deps, c, change);
    return deps.document(c);
  }

  return routes;
}

/** @throws Problem 403, 404 or 412 */
export async function edit(
  { facts, editorGroup, wake }: EditDeps,
  c: Context,
  change: Change,
): Promise<void> {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw new Problem('not-found');
  const ifMatch = c.req.header('if-match');
  const isCurrent = (revision: number): boolean => isStillCurrent(ifMatch, etagOfRevision(revision));
  const done = await facts.edit(editorOf(c, editorGroup), id.data, change, isCurrent);
  if (done.ok) {
    wake();
    return;
  }
  if (done.reason === 'stale') throw new Problem('stale');
  if (done.reason === 'not-editable') throw notAllowed(editorGroup);
  if (done.reason === 'not-into') throw closedCategory();
  throw new Problem('not-found');
}

export function editorOf(c: Context, editorGroup: string): Editor {
  const { userId, name, groups, isSuperuser } = caller(c);
  const isEditor = isSuperuser || groups.includes(editorGroup);
  return { userId, name: name ?? null, isEditor, isSuperuser, groups };
}

export function closedCategory(): Problem {
  return new Problem('not-allowed', { detail: 'Only some groups put documents into this folder.' });
}

export function notAllowed(editorGroup: string): Problem {
  const detail = say`Members of the group ${editorGroup} change what everybody sees; others what they alone uploaded.`;
  return new Problem('not-allowed', { detail });
}
