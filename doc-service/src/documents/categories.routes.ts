/** The tree of categories, and which one a document is in. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { CategoriesStore, Category, CategoryOutcome } from './categories.store.ts';
import type { DocumentRow, Editor } from './documents.types.ts';
import { categoryPath, maxDepth } from './edit.rules.ts';
import { edit, editorOf, notAllowed, read, type EditDeps } from './edit.routes.ts';

export type CategoriesDeps = EditDeps & {
  categories: CategoriesStore;
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<DocumentRow>;
};

const made = z.strictObject({ path: categoryPath });
const moved = z.strictObject({
  path: categoryPath,
  merge: z.boolean('must be true or false').default(false),
});
const reasons: Record<Exclude<CategoryOutcome, { ok: true }>['reason'], string> = {
  unknown: '',
  exists: 'There is a category of this path. Say merge to put the two together.',
  'not-empty': 'Documents are in it, perhaps in the trash. Say where they go.',
  'inside-itself': 'A category cannot go into itself.',
  'too-deep': `The tree would be more than ${maxDepth} deep.`,
};

export function categoriesRoutes(deps: CategoriesDeps): Hono {
  const { categories } = deps;
  const routes = new Hono();

  routes.get('/documents/categories', async (c) => {
    const { userId, isEditor } = editorOf(c, deps.editorGroup);
    return c.json({ items: await categories.list(userId), may_edit: isEditor });
  });

  routes.post('/documents/categories', async (c) => {
    editorAlone(c);
    const { id, path, isNew } = await categories.make((await read(c, made)).path);
    return c.json({ id, path }, isNew ? 201 : 200);
  });

  routes.patch('/documents/categories/:categoryId', async (c) => {
    const editor = editorAlone(c);
    const { path, merge } = await read(c, moved);
    return c.json(settled(await categories.move(editor, categoryId(c), path, merge)));
  });

  routes.delete('/documents/categories/:categoryId', async (c) => {
    const editor = editorAlone(c);
    const to = z.uuid().optional().safeParse(c.req.query('to'));
    if (!to.success)
      throw new Problem('invalid', { errors: [{ pointer: '/to', detail: 'must be the id of a category' }] });
    settled(await categories.remove(editor, categoryId(c), to.data ?? null));
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

  /** The tree is everybody's. @throws Problem 403 */
  function editorAlone(c: Context): Editor {
    const editor = editorOf(c, deps.editorGroup);
    if (!editor.isEditor) throw notAllowed(deps.editorGroup);
    return editor;
  }

  /** @throws Problem 404 or 409 */
  function settled(outcome: CategoryOutcome): Category {
    if (!outcome.ok && outcome.reason === 'unknown') throw new Problem('not-found');
    if (!outcome.ok) throw new Problem('conflict', { detail: reasons[outcome.reason] });
    deps.poke();
    return outcome.category;
  }

  /** @throws Problem 404 */
  async function known(c: Context): Promise<Category> {
    const category = await categories.find(categoryId(c));
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
