/** Connections for superusers. A secret never leaves: where one is set, the mask stands for it. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { translateBy } from '@berth/plugin-kit/contract/translations.ts';
import {
  secretMask,
  type Connection as WireConnection,
  type ConnectionList,
  type ConnectionTest,
  type ConnectionUsage,
  type ConnectionUseSum,
  type ConnectionWishState,
} from '@berth/plugin-kit/contract/wire/connections.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { readJson, readQuery } from '#platform/request-body.ts';
import { jsonInWords, spokenTo } from '#platform/words/spoken.ts';
import { aiForm, aiOptions, aiWire } from './ai-settings.rules.ts';
import { nameForm, optionsForm, secretForm, servedKinds } from './connections.rules.ts';
import type { Binding, Connection, UseSum } from './connections.types.ts';
import type { ConnectionUseCases, WishState } from './connections.usecases.ts';

type Needs = {
  useCases: ConnectionUseCases;
  test: (connection: Connection) => Promise<ConnectionTest>;
};

const noStore = { 'cache-control': 'no-store' };
const createForm = z.strictObject({ name: nameForm, options: optionsForm, secret: secretForm.optional() });
const changeForm = z.strictObject({
  name: nameForm.optional(),
  options: optionsForm.optional(),
  secret: secretForm.optional(),
});
const bindForm = z.strictObject({ connection_id: z.uuid().nullable() });
const removeQuery = z.object({ force: z.enum(['true', 'false']).default('false') });
const usageQuery = z.object({
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'a month such as 2026-11')
    .optional(),
  /** Of one extension, in the last 30 days, whatever the month. */
  plugin: z.string().min(1).max(100).optional(),
});

/** The connection that `/api/settings/ai` shows and sets. */
const aiName = 'AI';

export function connectionsRoutes({ useCases, test }: Needs): Hono {
  const wireOf = async (connections: readonly Connection[]): Promise<WireConnection[]> => {
    const [bindings, used] = await Promise.all([useCases.bindings(), useCases.used(null)]);
    return connections.map((connection) => wire(connection, bindings, used));
  };
  const one = async (c: Context, connection: Connection, status: 200 | 201 = 200) =>
    c.json((await wireOf([connection]))[0], status, noStore);

  const routes = new Hono()
    .get('/api/admin/connections', async (c) => {
      const { language } = spokenTo(c);
      const [items, wishes] = await Promise.all([useCases.all().then(wireOf), useCases.wishes()]);
      const list: ConnectionList = { items, wishes: wishes.map((wish) => wishWire(wish, language)) };
      return c.json(list, 200, noStore);
    })
    .post('/api/admin/connections', async (c) => {
      const form = await readJson(c, createForm);
      const connection = await useCases.create(form);
      c.set('auditNote', {
        target: connection.id,
        details: { name: form.name, provider: form.options.provider },
      });
      return one(c, connection, 201);
    })
    .get('/api/admin/connections/usage', async (c) => {
      const { month = new Date().toISOString().slice(0, 7), plugin } = readQuery(c, usageQuery);
      const sums = await (plugin === undefined
        ? useCases.used(new Date(`${month}-01T00:00:00Z`))
        : useCases.usedBy(plugin));
      const usage: ConnectionUsage = {
        month,
        currency: sums[0]?.currency ?? null,
        items: sums.map((sum) => ({
          connection_id: sum.connectionId,
          connection_name: sum.connectionName,
          plugin_id: sum.pluginId,
          model: sum.model,
          median_ms: Math.round(sum.medianMs),
          ...sumOf([sum]),
        })),
      };
      return c.json(usage, 200, noStore);
    })
    .get('/api/admin/connections/:id', async (c) => one(c, await useCases.found(idOf(c))))
    .patch('/api/admin/connections/:id', async (c) => {
      const form = await readJson(c, changeForm);
      const connection = await useCases.change(idOf(c), form);
      c.set('auditNote', { details: { name: connection.name, fields: changedFields(form) } });
      return one(c, connection);
    })
    .delete('/api/admin/connections/:id', async (c) => {
      const { force } = readQuery(c, removeQuery);
      const { name } = await useCases.remove(idOf(c), force === 'true');
      c.set('auditNote', { details: { name } });
      return c.body(null, 204);
    })
    .post('/api/admin/connections/:id/test', async (c) => {
      const connection = await useCases.found(idOf(c));
      c.set('auditNote', { details: { name: connection.name } });
      return jsonInWords(c, await test(connection), { headers: noStore });
    })
    .put('/api/admin/plugins/:id/connections/:name', async (c) => {
      const { connection_id: connectionId } = await readJson(c, bindForm);
      const { id, name } = c.req.param();
      await useCases.bind(id, name, connectionId);
      c.set('auditNote', { target: id, details: { name, state: connectionId ?? 'taken back' } });
      return c.body(null, 204);
    });
  return aiSettingsRoutes(routes, { useCases, test });
}

/** The path of the mission's first day: one connection for everything that asks for a language model. */
function aiSettingsRoutes(routes: Hono, { useCases, test }: Needs): Hono {
  return routes
    .get('/api/settings/ai', async (c) =>
      c.json(aiWire(await useCases.findByName(aiName), await useCases.bindings()), 200, noStore),
    )
    .patch('/api/settings/ai', async (c) => {
      const { api_key: secret, ...form } = await readJson(c, aiForm);
      const before = await useCases.findByName(aiName);
      const options = aiOptions(before?.options ?? null, form);
      const connection = before
        ? await useCases.change(before.id, { options, secret })
        : await useCases.create({ name: aiName, options, secret });
      if (!before) await bindAll(useCases, connection);
      c.set('auditNote', { target: connection.id, details: { name: aiName, fields: Object.keys(form) } });
      return c.json(aiWire(connection, await useCases.bindings()), 200, noStore);
    })
    .post('/api/settings/ai/test', async (c) => {
      const connection = await useCases.findByName(aiName);
      if (!connection) throw new Problem('conflict', { detail: 'No provider is set yet.' });
      return jsonInWords(c, await test(connection), { headers: noStore });
    });
}

/** Set here for the first time, it is for everything that asks for its kinds and has nothing yet. */
async function bindAll(useCases: ConnectionUseCases, connection: Connection): Promise<void> {
  const kinds = servedKinds(connection.options);
  for (const { pluginId, name, kind, connectionId } of await useCases.wishes())
    if (connectionId === null && kinds.includes(kind)) await useCases.bind(pluginId, name, connection.id);
}

function wire(
  { id, name, options, secret, updatedAt }: Connection,
  bindings: readonly Binding[],
  used: readonly UseSum[],
): WireConnection {
  return {
    id,
    name,
    kinds: servedKinds(options),
    options,
    secret: secret === null ? null : secretMask,
    bound_to: bindings
      .filter((binding) => binding.connectionId === id)
      .map((binding) => ({ plugin_id: binding.pluginId, name: binding.name })),
    this_month: sumOf(used.filter((sum) => sum.connectionId === id)),
    updated_at: updatedAt.toISOString(),
  };
}

function sumOf(sums: readonly UseSum[]): ConnectionUseSum {
  const total = { calls: 0, failed: 0, tokens: 0, cost: 0 };
  for (const { calls, failed, tokens, cost } of sums) {
    total.calls += calls;
    total.failed += failed;
    total.tokens += tokens;
    total.cost += cost;
  }
  return total;
}

/** In the words of its manifest, in the reader's language where it has them. */
function wishWire(wish: WishState, language: string): ConnectionWishState {
  const { pluginId, pluginName, name, kind, reason, isOptional, connectionId, translations } = wish;
  const say = translateBy(translations, language);
  return {
    plugin_id: pluginId,
    plugin_name: say(pluginName),
    name,
    kind,
    reason: say(reason),
    optional: isOptional,
    connection_id: connectionId,
  };
}

/** Names of fields alone: the audit holds no values. */
function changedFields(form: z.output<typeof changeForm>): string[] {
  return Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** What is no UUID names nothing. */
function idOf(c: Context): string {
  const read = z.uuid().safeParse(c.req.param('id'));
  if (!read.success) throw new Problem('not-found');
  return read.data;
}
