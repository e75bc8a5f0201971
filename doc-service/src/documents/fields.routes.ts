/**
 * Fields that an archive has of its own: superusers say which there are, editors what they are for a
 * document.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { read } from '#platform/read-body.ts';
import { edit, editorOf, type EditDeps } from './edit.routes.ts';
import { fieldChange, fieldsBody, maxFields, newField } from './fields.rules.ts';
import type { FieldOutcome } from './fields.store.ts';

export function fieldsRoutes(deps: EditDeps): Hono {
  const { fields } = deps;
  const routes = new Hono();

  routes.get('/documents/fields', async (c) =>
    c.json({ items: await fields.list(), may_edit: editorOf(c, deps.editorGroup).isSuperuser }),
  );

  routes.post('/documents/fields', async (c) => {
    superuserAlone(c);
    return c.json(settled(await fields.make(await read(c, newField))), 201);
  });

  routes.patch('/documents/fields/:fieldId', async (c) => {
    superuserAlone(c);
    return c.json(settled(await fields.change(fieldId(c), await read(c, fieldChange))));
  });

  routes.delete('/documents/fields/:fieldId', async (c) => {
    superuserAlone(c);
    if (!(await fields.remove(fieldId(c)))) throw new Problem('not-found');
    return c.body(null, 204);
  });

  routes.patch('/documents/:id/fields', async (c) => {
    const { fields: given } = await read(c, fieldsBody);
    await edit(deps, c, { fields: await fields.read(editorOf(c, deps.editorGroup), given, '/fields') });
    return deps.document(c);
  });

  /** @throws Problem 403 */
  function superuserAlone(c: Context): void {
    if (!editorOf(c, deps.editorGroup).isSuperuser)
      throw new Problem('not-allowed', { detail: 'Superusers alone say which fields there are.' });
  }

  return routes;
}

/** @throws Problem 404 or 409 */
export function settled(outcome: FieldOutcome) {
  if (outcome.ok) return outcome.field;
  if (outcome.reason === 'gone') throw new Problem('not-found');
  const detail =
    outcome.reason === 'exists'
      ? 'There is a field of this name.'
      : say`There are ${maxFields} fields already. Delete one first.`;
  throw new Problem('conflict', { detail });
}

/** @throws Problem 404 */
function fieldId(c: Context): string {
  const id = z.uuid().safeParse(c.req.param('fieldId'));
  if (!id.success) throw new Problem('not-found');
  return id.data;
}
