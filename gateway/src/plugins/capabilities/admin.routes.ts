/** Capabilities, workspace types, workspaces and their bindings, for superusers. */
import { jsonObject } from '@berth/plugin-kit/contract/capabilities/options.ts';
import {
  workspacePermissions,
  type AdminWorkspaceList,
  type BindingList,
  type CapabilityList,
  type WorkspaceTypeList,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { readJson, readQuery } from '#platform/request-body.ts';
import { jsonInWords, spokenTo } from '#platform/words/spoken.ts';
import type { AdminUseCases } from './admin.usecases.ts';
import { mergedBindings } from './bindings.rules.ts';
import {
  adminWorkspaceWire,
  bindingWire,
  capabilityIn,
  capabilityWire,
  typeWire,
} from './capabilities.wire.ts';
import type { BindingOwner, CapabilitiesStore, CapabilityKey, SeenCapability } from './capabilities.types.ts';
import type { Seen, SeenUseCases } from './seen.usecases.ts';
import type { WorkspaceUseCases } from './workspaces.usecases.ts';

type Needs = {
  store: Pick<CapabilitiesStore, 'bindingsOf'>;
  seen: SeenUseCases;
  admin: AdminUseCases;
  workspaces: WorkspaceUseCases;
  /** @returns why the connection cannot be used, in words; `null`: it can */
  connectionFault: (pluginId: string, name: string) => Promise<string | null>;
};

const noStore = { 'cache-control': 'no-store' };
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text');
const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits, dash')
  .refine((text) => !z.uuid().safeParse(text).success, 'not the form of an id');
const name = line(80).min(1, 'a name');
const description = line(500);
const access = z
  .array(
    z.strictObject({ group_id: z.uuid(), permissions: z.array(z.enum(workspacePermissions)).min(1).max(20) }),
  )
  .max(100)
  .refine((list) => new Set(list.map((one) => one.group_id)).size === list.length, 'each group once');
const typeForm = z.strictObject({ slug, name, description: description.default('') });
const workspaceForm = z.strictObject({
  slug,
  name,
  description: description.default(''),
  type_id: z.uuid().nullable().default(null),
  access: access.default([]),
});
const typePatch = z.strictObject({
  slug: slug.optional(),
  name: name.optional(),
  description: description.optional(),
});
const workspacePatch = typePatch.extend({
  type_id: z.uuid().nullable().optional(),
  access: access.optional(),
});
const capabilityPatch = z.strictObject({ enabled: z.boolean().optional(), options: jsonObject.optional() });
const environment = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name such as production');
const bindingsForm = z.strictObject({
  bindings: z
    .array(
      z.strictObject({
        plugin_id: z.string().max(63),
        capability_id: z.string().max(63),
        is_default: z.boolean().default(false),
        options: jsonObject.default({}),
        environments: z.record(environment, jsonObject).default({}),
      }),
    )
    .max(100),
});
const removeQuery = z.object({ force: z.enum(['true', 'false']).default('false') });

export function adminRoutes(needs: Needs): Hono {
  const { store, seen, admin, workspaces, connectionFault } = needs;
  const wireOf = async (c: Context, one: SeenCapability, all: Seen) => {
    const wanted = one.live?.spec.connection;
    const isBound = wanted === undefined || (await connectionFault(one.pluginId, wanted)) === null;
    return capabilityIn(capabilityWire(one, all, isBound), one, spokenTo(c).language);
  };
  const routes = new Hono()
    .get('/api/admin/capabilities', async (c) => {
      const all = await seen.look();
      const list: CapabilityList = { items: await Promise.all(all.all.map((one) => wireOf(c, one, all))) };
      return jsonInWords(c, list, { headers: noStore });
    })
    .patch('/api/admin/capabilities/:plugin/:capability', async (c) => {
      const key = keyOfPath(c);
      const { enabled, options } = await readJson(c, capabilityPatch);
      const fields = [...(enabled === undefined ? [] : ['enabled']), ...(options ? ['options'] : [])];
      c.set('auditNote', { target: `${key.pluginId}/${key.capabilityId}`, details: { enabled, fields } });
      await admin.change(key, { enabled, options });
      const all = await seen.look();
      const one = all.find(key);
      if (!one) throw new Problem('not-found');
      return jsonInWords(c, await wireOf(c, one, all), { headers: noStore });
    })
    .delete('/api/admin/capabilities/:plugin/:capability', async (c) => {
      const key = keyOfPath(c);
      const isForced = readQuery(c, removeQuery).force === 'true';
      c.set('auditNote', {
        target: `${key.pluginId}/${key.capabilityId}`,
        details: { state: isForced ? 'forced' : 'unbound' },
      });
      await admin.remove(key, isForced);
      return c.body(null, 204);
    });
  typeRoutes(routes, workspaces);
  workspaceRoutes(routes, workspaces);

  const replace = async (
    c: Context,
    owner: BindingOwner,
    { slug: target, typeId }: { slug: string; typeId: string | null },
  ) => {
    const { bindings } = await readJson(c, bindingsForm);
    const names = bindings.map((one) => `${one.plugin_id}/${one.capability_id}`);
    c.set('auditNote', { target, details: { fields: names } });
    await admin.replaceBindings(
      owner,
      typeId,
      bindings.map(
        ({ plugin_id: pluginId, capability_id: capabilityId, is_default: isDefault, ...more }) => ({
          pluginId,
          capabilityId,
          isDefault,
          ...more,
        }),
      ),
    );
  };
  const ofType = async (c: Context, id: string): Promise<BindingList> => {
    const [all, own] = await Promise.all([seen.look(), store.bindingsOf({ kind: 'workspace_type', id })]);
    const merged = mergedBindings({ ofWorkspace: [], ofType: own, ofAll: [] });
    return { items: merged.map((one) => bindingWire(one, all, spokenTo(c).language)) };
  };
  const ofWorkspace = async (c: Context, id: string): Promise<BindingList> => {
    const [all, workspace] = await Promise.all([seen.look(), workspaces.workspace(id)]);
    const merged = await seen.mergedOf(all, workspace);
    return { items: merged.map((one) => bindingWire(one, all, spokenTo(c).language)) };
  };
  return routes
    .get('/api/admin/workspace-types/:id/bindings', async (c) => {
      const { id } = await workspaces.type(c.req.param('id'));
      return jsonInWords(c, await ofType(c, id), { headers: noStore });
    })
    .put('/api/admin/workspace-types/:id/bindings', async (c) => {
      const { id, slug } = await workspaces.type(c.req.param('id'));
      await replace(c, { kind: 'workspace_type', id }, { slug, typeId: null });
      return jsonInWords(c, await ofType(c, id), { headers: noStore });
    })
    .get('/api/admin/workspaces/:id/bindings', async (c) =>
      jsonInWords(c, await ofWorkspace(c, c.req.param('id')), { headers: noStore }),
    )
    .put('/api/admin/workspaces/:id/bindings', async (c) => {
      const workspace = await workspaces.workspace(c.req.param('id'));
      await replace(c, { kind: 'workspace', id: workspace.id }, workspace);
      return jsonInWords(c, await ofWorkspace(c, workspace.id), { headers: noStore });
    });
}

function typeRoutes(routes: Hono, workspaces: WorkspaceUseCases): void {
  routes.get('/api/admin/workspace-types', async (c) => {
    const list: WorkspaceTypeList = { items: (await workspaces.types()).map(typeWire) };
    return jsonInWords(c, list, { headers: noStore });
  });
  routes.post('/api/admin/workspace-types', async (c) => {
    const form = await readJson(c, typeForm);
    c.set('auditNote', { target: form.slug, details: { name: form.name } });
    return c.json(typeWire(await workspaces.createType(form)), 201, noStore);
  });
  routes.get('/api/admin/workspace-types/:id', async (c) =>
    c.json(typeWire(await workspaces.type(c.req.param('id'))), 200, noStore),
  );
  routes.patch('/api/admin/workspace-types/:id', async (c) => {
    const form = await readJson(c, typePatch);
    c.set('auditNote', { details: { fields: fieldsOf(form) } });
    return c.json(typeWire(await workspaces.changeType(c.req.param('id'), form)), 200, noStore);
  });
  routes.delete('/api/admin/workspace-types/:id', async (c) => {
    c.set('auditNote', { details: { name: await workspaces.removeType(c.req.param('id')) } });
    return c.body(null, 204);
  });
}

function workspaceRoutes(routes: Hono, workspaces: WorkspaceUseCases): void {
  routes.get('/api/admin/workspaces', async (c) => {
    const list: AdminWorkspaceList = { items: (await workspaces.workspaces()).map(adminWorkspaceWire) };
    return jsonInWords(c, list, { headers: noStore });
  });
  routes.post('/api/admin/workspaces', async (c) => {
    const { type_id: typeId, access: groups, ...form } = await readJson(c, workspaceForm);
    c.set('auditNote', { target: form.slug, details: { name: form.name } });
    const made = await workspaces.create({ ...form, typeId, access: accessOf(groups) });
    return c.json(adminWorkspaceWire(made), 201, noStore);
  });
  routes.get('/api/admin/workspaces/:id', async (c) =>
    c.json(adminWorkspaceWire(await workspaces.workspace(c.req.param('id'))), 200, noStore),
  );
  routes.patch('/api/admin/workspaces/:id', async (c) => {
    const { type_id: typeId, access: groups, ...form } = await readJson(c, workspacePatch);
    const change = { ...form, typeId, access: groups && accessOf(groups) };
    c.set('auditNote', { details: { fields: fieldsOf(change) } });
    return c.json(adminWorkspaceWire(await workspaces.change(c.req.param('id'), change)), 200, noStore);
  });
  routes.delete('/api/admin/workspaces/:id', async (c) => {
    c.set('auditNote', { details: { name: await workspaces.remove(c.req.param('id')) } });
    return c.body(null, 204);
  });
}

function accessOf(groups: z.output<typeof access>) {
  return groups.map(({ group_id: groupId, permissions }) => ({
    groupId,
    permissions: [...new Set(permissions)],
  }));
}

/** The fields that were sent: the audit tells their names alone. */
function fieldsOf(form: object): string[] {
  return Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function keyOfPath(c: Context): CapabilityKey {
  return { pluginId: c.req.param('plugin') ?? '', capabilityId: c.req.param('capability') ?? '' };
}
