/** Proposals on the wire: shown, confirmed, rejected; one by one or many at once. */
import { totalBeside } from '@berth/plugin-kit/base/total-beside.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say, type Say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { parsed } from '#platform/parsed.ts';
import { read } from '#platform/read-body.ts';
import { sayOrNull, sayTo } from '#platform/words/spoken.ts';
import type { AskerState } from './asker.ts';
import { createDecisions, type Current, type DecidingPerson, type SuggestionsDeps } from './decisions.ts';
import { isOwnField } from './own-fields.rules.ts';
import { privacyRoutes } from './privacy.routes.ts';
import type { InboxRow } from './suggestions.store.ts';
import { fields, type Field, type SuggestionRow, type Value } from './suggestions.types.ts';
import { usageRoutes } from './usage.routes.ts';
import { usedOf } from './usage.rules.ts';

/** One change touches no more documents than this. */
const maxBatch = 10_000;
/** From here on a whole folder may be accepted at once. */
const sureFrom = 0.9;
const fraction = z.number('must be a number').min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1');
export const batchBody = z.strictObject({
  min_confidence: fraction.default(sureFrom),
  folder: z.string('must be a path').max(4096, 'must have at most 4096 characters').nullable().default(null),
});
export const confirmBody = z.strictObject({ value: z.unknown() });
export const valuesBody = z.strictObject({
  values: z
    .partialRecord(z.enum(fields), z.unknown())
    .refine((values) => Object.keys(values).length > 0, 'must name a field'),
});
export const fieldsBody = z.strictObject({
  fields: z.array(z.enum(fields)).min(1, 'must name a field').max(fields.length),
});
export const inboxQuery = z.strictObject({
  folder: z.string().max(4096, 'must have at most 4096 characters').optional(),
  min_confidence: z
    .string()
    .regex(/^(?:0(?:\.\d{1,6})?|1(?:\.0{1,6})?)$/, 'must be from 0 to 1')
    .transform(Number)
    .default(0),
  sort: z.enum(['confidence', 'folder'], 'must be confidence or folder').default('confidence'),
  limit: z
    .string()
    .regex(/^(?:[1-9]|[1-9]\d|100)$/, 'must be from 1 to 100')
    .transform(Number)
    .default(25),
  after: z.string().max(8192).optional(),
});
const cursor = z.tuple([z.string(), z.uuid()]);

export function suggestionsRoutes<Change extends object, Decider extends DecidingPerson>(
  deps: SuggestionsDeps<Change, Decider>,
): Hono {
  const { store } = deps;
  const decisions = createDecisions(deps);
  const { confirmOne, rejectOne, reopenOne, standing } = decisions;
  const routes = new Hono();

  routes.route('/', privacyRoutes(deps));
  routes.route('/', usageRoutes(deps));

  /** For the sidebar of the shell and its cards: what waits for this person, and how far the archive is. */
  routes.get('/documents/badges', async (c) => {
    const decider = deps.decider(c);
    const [inbox, { stuck, searchable, ...onTheWay }] = await Promise.all([
      store.count(deps.mayDecide(decider), null, 0),
      deps.countsFor(decider),
    ]);
    const all = Object.values(onTheWay).reduce((sum, count) => sum + count, searchable + stuck);
    return c.json({ inbox, activity: stuck, searchable, all }, 200, { 'cache-control': 'no-store' });
  });

  routes.route('/', inboxRoutes(deps, decisions));

  routes.get('/documents/:id/suggestions', (c) => ofDocument(c));

  routes.post('/documents/:id/suggestions/confirm', async (c) => {
    const { values } = await read(c, valuesBody);
    const named = fields.flatMap((field) => (field in values ? [[field, values[field]] as const] : []));
    return ofDocument(c, { undo_id: await confirmOne(c, new Map(named)) });
  });

  routes.post('/documents/:id/suggestions/reject', async (c) => {
    await rejectOne(c, (await read(c, fieldsBody)).fields);
    return ofDocument(c);
  });

  routes.post('/documents/:id/suggestions/reopen', async (c) => {
    await reopenOne(c, (await read(c, fieldsBody)).fields);
    return ofDocument(c);
  });

  routes.post('/documents/:id/suggestions/:field/confirm', async (c) => {
    const field = fieldOf(c);
    const body = await c.req.text();
    const { value } = body === '' ? { value: undefined } : await read(c, confirmBody);
    return ofDocument(c, { undo_id: await confirmOne(c, new Map([[field, value]]), '') });
  });

  routes.post('/documents/:id/suggestions/:field/reject', async (c) => {
    await rejectOne(c, [fieldOf(c)]);
    return ofDocument(c);
  });

  routes.post('/documents/:id/suggestions/:field/reopen', async (c) => {
    await reopenOne(c, [fieldOf(c)]);
    return ofDocument(c);
  });

  async function ofDocument(c: Context, more: object = {}): Promise<Response> {
    const row = await deps.visible(c);
    const [all, run, own] = await Promise.all([
      store.of([row.id]),
      store.run(row.id),
      standing(deps.decider(c)),
    ]);
    const toReader = sayTo(c);
    return c.json({
      items: shownOf(all, own).map((one) => wire(one, row, toReader)),
      may_edit: row.may_edit,
      run: run && {
        state: run.state,
        provider: run.provider,
        detail: sayOrNull(toReader, run.detail),
        made_at: run.made_at.toISOString(),
        ...usedOf(run.used),
      },
      ...more,
    });
  }

  return routes;
}

/** The proposals of all documents, as a list to decide about, and many of them at once. */
function inboxRoutes<Change extends object, Decider extends DecidingPerson>(
  deps: SuggestionsDeps<Change, Decider>,
  { confirm, standing }: Pick<ReturnType<typeof createDecisions<Change, Decider>>, 'confirm' | 'standing'>,
): Hono {
  const { store } = deps;
  const routes = new Hono();

  routes.get('/documents/suggestions', async (c) => {
    const given = Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ''));
    const { folder, min_confidence: minConfidence, sort, limit, after } = parsed(inboxQuery, given);
    const own = await standing(deps.decider(c));
    const may = { ...deps.mayDecide(deps.decider(c)), hidden: own.hidden };
    const from = after === undefined ? null : readCursor(after);
    const inFolder = folder ?? null;
    const query = { folder: inFolder, minConfidence, sort, after: from, most: limit + 1 };
    const [rows, counted, folders] = await Promise.all([
      store.inbox(may, query),
      store.count(may, inFolder, minConfidence),
      from ? null : store.folders(may, sureFrom),
    ]);
    const shown = rows.slice(0, limit);
    const all = await store.of(shown.map(({ id }) => id));
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const toReader = sayTo(c);
    return c.json({
      items: shown.map((row) => wireInbox(row, shownOf(all, own), toReader)),
      // Decided by others between the two statements: what is shown counts.
      total: from
        ? Math.max(counted, shown.length)
        : totalBeside({ counted, offset: 0, shown: rows.length, pageSize: limit + 1 }),
      model: wireModel(deps.model(), toReader),
      next: last ? writeCursor(sort === 'confidence' ? String(last.best) : last.folder, last.id) : null,
      ...(folders ? { folders, sure_from: sureFrom } : {}),
    });
  });

  routes.post('/documents/suggestions/confirm', async (c) => {
    const { min_confidence: minConfidence, folder } = await read(c, batchBody);
    const decider = deps.decider(c);
    const { hidden } = await standing(decider);
    const ids = await store.idsOf(
      { ...deps.mayDecide(decider), hidden },
      folder,
      minConfidence,
      maxBatch + 1,
    );
    if (ids.length > maxBatch)
      throw new Problem('conflict', {
        detail: say`More than ${maxBatch} documents are meant. Narrow it to a folder.`,
      });
    const done = await confirm(decider, ids, { only: fields, minConfidence });
    return c.json({ changed: done.changed, skipped: done.skipped, undo_id: done.undoId });
  });

  return routes;
}

/** What this person may decide about, as it is now: a field may have been made meanwhile. */
function shownOf(
  all: readonly SuggestionRow[],
  { missing, hidden }: { missing: readonly Field[]; hidden: readonly Field[] },
): SuggestionRow[] {
  return all
    .filter(({ field }) => !hidden.includes(field))
    .map((one) => (isOwnField(one.field) ? { ...one, is_new: missing.includes(one.field) } : one));
}

function wireInbox(row: InboxRow, all: readonly SuggestionRow[], toReader: Say) {
  const { id, title, filename, category, type, tags, correspondent, date, pages, best, folder } = row;
  return {
    document: { id, title, filename, category, type, tags, correspondent, date, pages },
    confidence: best,
    folder,
    ...usedOf(row.used),
    suggestions: all
      .filter((one) => one.document_id === id && one.state === 'pending')
      .map((one) => wire(one, row, toReader)),
  };
}

function wire(
  { field, value, is_new: isNew, reason, confidence, method, page, state, ...row }: SuggestionRow,
  now: Current,
  toReader: Say,
) {
  return {
    field,
    value,
    current: currentOf(field, now),
    is_new: isNew,
    reason: toReader(reason),
    confidence,
    source: { method, page },
    state,
    made_at: row.made_at.toISOString(),
    decided_at: row.decided_at?.toISOString() ?? null,
  };
}

function wireModel({ state, detail, model, isLocal }: AskerState, toReader: Say) {
  return { state, detail: sayOrNull(toReader, detail), name: model, is_local: isLocal };
}

function currentOf(field: Field, now: Current): Value | null {
  // These are proposed only while the field has no value.
  if (isOwnField(field)) return null;
  if (field === 'folder') return now.category;
  return field === 'file_name' ? now.filename : now[field];
}

function fieldOf(c: Context): Field {
  const found = fields.find((one) => one === c.req.param('field'));
  if (!found) throw new Problem('not-found');
  return found;
}

function writeCursor(key: string, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

function readCursor(text: string): { key: string; id: string } {
  try {
    const [key, id] = cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { key, id };
  } catch (cause) {
    const errors = [{ pointer: '/after', detail: 'is no place in this list' }];
    throw new Problem('invalid', { errors, cause });
  }
}
