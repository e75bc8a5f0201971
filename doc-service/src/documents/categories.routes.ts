/** The tree of categories, and which one a document is in. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { read } from '#platform/read-body.ts';
import type { CategoriesStore, Category, CategoryOutcome } from './categories.store.ts';
import type { DocumentRow, Editor } from './documents.types.ts';
import { categoryPath, maxDepth } from './edit.rules.ts';
import { edit, editorOf, notAllowed, type EditDeps } from './edit.routes.ts';
import { rightsBody, sharingBody } from './rights.rules.ts';
import type { RightsStore } from './rights.store.ts';

export type CategoriesDeps = EditDeps & {
  categories: CategoriesStore;
  rights: RightsStore;
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<DocumentRow>;
};

export const newCategory = z.strictObject({ path: categoryPath });
export const movedCategory = z.strictObject({
  path: categoryPath,
  merge: z.boolean('must be true or false').default(false),
});
const notTheirs =
  'Superusers share what the folder holds, people what they alone uploaded: this document is neither for you.';
const reasons: Record<Exclude<CategoryOutcome, { ok: true }>['reason'], string> = {
  unknown: '',
  'not-allowed': '',
  exists: 'There is a category of this path. Say merge to put the two together.',
  'not-empty': 'Documents are in it, perhaps in the trash. Say where they go.',
  'inside-itself': 'A category cannot go into itself.',
  'too-deep': `The tree would be more than ${maxDepth} deep.`,
};

export function categoriesRoutes(deps: CategoriesDeps): Hono {
  const { categories, rights } = deps;
  const routes = new Hono();

  routes.get('/documents/categories', async (c) => {
    const viewer = editorOf(c, deps.editorGroup);
    const [items, groups] = [await categories.list(viewer), viewer.isSuperuser ? await rights.groups() : []];
    return c.json({
      items,
      may_edit: viewer.isEditor,
      may_set_rights: viewer.isSuperuser,
      groups: [...new Set([...groups, ...viewer.groups])],
    });
  });

  routes.post('/documents/categories', async (c) => {
    const category = await categories.make(editor(c), (await read(c, newCategory)).path);
    if (!category) throw notAllowed(deps.editorGroup);
    const { id, path, isNew } = category;
    return c.json({ id, path }, isNew ? 201 : 200);
  });

  routes.patch('/documents/categories/:categoryId', async (c) => {
    const { path, merge } = await read(c, movedCategory);
    return c.json(settled(await categories.move(editor(c), categoryId(c), path, merge)));
  });

  routes.delete('/documents/categories/:categoryId', async (c) => {
    const to = z.uuid().optional().safeParse(c.req.query('to'));
    if (!to.success)
      throw new Problem('invalid', { errors: [{ pointer: '/to', detail: 'must be the id of a category' }] });
    settled(await categories.remove(editor(c), categoryId(c), to.data ?? null));
    return c.body(null, 204);
  });

  routes.post('/documents/:id/categories/:categoryId', async (c) => {
    await deps.visible(c);
    const category = await known(c);
    await edit(deps, c, { category: category.path });
    return deps.document(c);
  });

  routes.delete('/documents/:id/categories/:categoryId', async (c) => {
    const [document, category] = [await deps.visible(c), await known(c)];
    if (document.category !== category.path)
      throw new Problem('conflict', { detail: 'The document is not in this category.' });
    await edit(deps, c, { category: null });
    return deps.document(c);
  });

  routes.get('/documents/categories/:categoryId/rights', async (c) => {
    return c.json(await rightsOf(await known(c)));
  });

  routes.put('/documents/categories/:categoryId/rights', async (c) => {
    const category = await known(c);
    const by = editor(c);
    if (!by.isSuperuser)
      throw new Problem('not-allowed', { detail: 'Superusers alone say who sees a folder.' });
    await rights.setCategory(by, category.id, (await read(c, rightsBody)).rights);
    return c.json(await rightsOf(category));
  });

  routes.put('/documents/:id/sharing', async (c) => {
    const document = await deps.visible(c);
    const shared = await rights.share(editor(c), document.id, await read(c, sharingBody));
    if (!shared.ok && shared.reason === 'gone') throw new Problem('not-found');
    if (!shared.ok) throw new Problem('not-allowed', { detail: notTheirs });
    return deps.document(c);
  });

  async function rightsOf({ path }: Category) {
    const { own, effective, from } = await rights.ofCategory(path);
    return {
      path,
      own,
      effective: effective ?? { everyone: true, read: [], edit: [deps.editorGroup] },
      from,
    };
  }

  function editor(c: Context): Editor {
    return editorOf(c, deps.editorGroup);
  }

  /** @throws Problem 403, 404 or 409 */
  function settled(outcome: CategoryOutcome): Category {
    if (!outcome.ok && outcome.reason === 'unknown') throw new Problem('not-found');
    if (!outcome.ok && outcome.reason === 'not-allowed') throw notAllowed(deps.editorGroup);
    if (!outcome.ok) throw new Problem('conflict', { detail: reasons[outcome.reason] });
    deps.wake();
    return outcome.category;
  }

  /** @throws Problem 404 */
  async function known(c: Context): Promise<Category> {
    const category = await categories.find(editor(c), categoryId(c));
    if (!category) throw new Problem('not-found');
    return category;
  }

  return routes;
}

/** @throws Problem 404 */
function categoryId(c: Context): string {
  const id = z.uuid().safeParse(c.req.param('categoryId'));
  if (!id.success) throw new Problem('not-found');
  return id.data;
}
