import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import { readJson, readQuery } from '#platform/request-body.ts';
import { jsonInWords, spokenTo } from '#platform/words/spoken.ts';
import {
  approvalForm,
  grantForm,
  pluginId,
  previewForm,
  requestForm,
  requestsQuery,
} from './grants.rules.ts';
import { nameIn } from '../registry/manifest-words.ts';
import type { AccessRequest, Grant, Person, Subject } from './grants.types.ts';
import type { GrantUseCases, NamedPerson, OpenTo, PersonAccess, Why } from './grants.usecases.ts';
import type { RequestUseCases } from './requests.usecases.ts';

const noStore = { 'cache-control': 'no-store' };
const peopleQuery = z.object({
  q: z.string().max(200).default(''),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  page_size: z.coerce.number().int().min(1).max(100).default(20),
});
const whyQuery = z.object({ user_id: z.uuid() });

export function grantsRoutes(
  steps: GrantUseCases,
  requests: RequestUseCases,
  principalOf: (c: Context) => Principal,
): Hono {
  const wireOf = (c: Context, request: AccessRequest, who: Principal) => ({
    ...requestOf(request, requests, who),
    plugin: namedIn(c, request.pluginId),
  });
  const namedIn = (c: Context, id: string) => ({
    id,
    name: requests.pluginNameOf(id, spokenTo(c).language),
  });
  return new Hono()
    .get('/api/admin/plugins/:id/grants', async (c) =>
      c.json({ items: (await steps.ofPlugin(c.req.param('id'))).map(grantOf) }, 200, noStore),
    )
    .put('/api/admin/plugins/:id/grants', async (c) => {
      const form = await readJson(c, grantForm);
      const subject: Subject =
        'user_id' in form ? { kind: 'user', id: form.user_id } : { kind: 'group', id: form.group_id };
      c.set('auditNote', { details: { effect: form.effect, [`${subject.kind}_id`]: subject.id } });
      const grant = await steps.put(c.req.param('id'), subject, form.effect, principalOf(c));
      c.set('auditNote', {
        details: {
          effect: form.effect,
          [`${subject.kind}_id`]: subject.id,
          subject: grant.subject.email ?? grant.subject.name,
        },
      });
      return c.json(grantOf(grant));
    })
    .delete('/api/admin/plugins/:id/grants/:grant_id', async (c) => {
      const subject = await steps.remove(c.req.param('id'), uuidOf(c.req.param('grant_id')));
      c.set('auditNote', { target: c.req.param('id'), details: { [`${subject.kind}_id`]: subject.id } });
      return c.body(null, 204);
    })
    .get('/api/admin/plugins/:id/people', async (c) =>
      c.json(peoplePageOf(await steps.peopleOf(c.req.param('id')), readQuery(c, peopleQuery)), 200, noStore),
    )
    .post('/api/admin/plugins/:id/access-preview', async (c) => {
      const form = await readJson(c, previewForm);
      const subject: Subject =
        'user_id' in form ? { kind: 'user', id: form.user_id } : { kind: 'group', id: form.group_id };
      const { gains, losses } = await steps.preview(c.req.param('id'), subject, form.effect);
      return c.json({ gains: countOf(gains), losses: countOf(losses) }, 200, noStore);
    })
    .get('/api/admin/plugins/:id/why', async (c) => {
      const why = await steps.why(c.req.param('id'), readQuery(c, whyQuery).user_id);
      return jsonInWords(c, whyOf(why, spokenTo(c).language), { headers: noStore });
    })
    .get('/api/admin/users/:id/access', async (c) => {
      const access = await steps.ofPerson(uuidOf(c.req.param('id')));
      return jsonInWords(c, personAccessOf(access, spokenTo(c).language), { headers: noStore });
    })
    .get('/api/admin/group-access', async (c) => {
      const { language } = spokenTo(c);
      const items = (await steps.ofGroups()).map(({ groupId, opens, closes }) => ({
        group_id: groupId,
        opens: namedOf(opens, language),
        closes: namedOf(closes, language),
      }));
      return c.json({ items }, 200, noStore);
    })
    .post('/api/plugins/:id/access-requests', async (c) => {
      const { reason } = await readJson(c, requestForm);
      const id = pluginId.safeParse(c.req.param('id'));
      await requests.ask(principalOf(c), id.success ? id.data : '', reason);
      return c.json({ state: 'sent' }, 202, noStore);
    })
    .get('/api/admin/access-requests', async (c) => {
      const { state, plugin_id, cursor = null, limit } = readQuery(c, requestsQuery);
      const who = principalOf(c);
      const { items, pendingCount, plugins } = await requests.page(
        who,
        { state, pluginId: plugin_id },
        cursor,
        limit + 1,
      );
      const shown = items.slice(0, limit);
      const next = items.length > limit ? (shown.at(-1)?.id ?? null) : null;
      const told = {
        items: shown.map((item) => wireOf(c, item, who)),
        next_cursor: next,
        pending: pendingCount,
        plugins: plugins?.map(({ id }) => namedIn(c, id)) ?? null,
      };
      return c.json(told, 200, noStore);
    })
    .post('/api/admin/access-requests/:id/approve', async (c) => {
      const { group_id: groupId } = await readJson(c, approvalForm);
      const who = principalOf(c);
      const request = await requests.approve(uuidOf(c.req.param('id')), groupId, who);
      c.set('auditNote', { details: { ...noteOf(request, who), group_id: groupId } });
      return c.json(wireOf(c, request, who));
    })
    .post('/api/admin/access-requests/:id/refuse', async (c) => {
      const who = principalOf(c);
      const request = await requests.refuse(uuidOf(c.req.param('id')), who);
      c.set('auditNote', { details: noteOf(request, who) });
      return c.json(wireOf(c, request, who));
    });
}

/** A page of the people it is open to, and their number by clause. */
function peoplePageOf(
  { people, denied }: OpenTo,
  { q, page, page_size: size }: z.output<typeof peopleQuery>,
) {
  const by: Record<string, number> = {};
  for (const { clause } of people) by[clause] = (by[clause] ?? 0) + 1;
  const words = q.toLowerCase();
  const found = people.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(words));
  const items = found.slice((page - 1) * size, page * size);
  return { count: people.length, denied, by, items, total: found.length, page, page_size: size };
}

function countOf(people: readonly NamedPerson[]) {
  return { count: people.length, names: people.slice(0, 5).map(({ name }) => name) };
}

function grantOf({ id, pluginId, subject, effect, grantedBy, createdAt }: Grant) {
  const { kind, name, email } = subject;
  return {
    id,
    plugin_id: pluginId,
    user: kind === 'user' ? { id: subject.id, name, email } : null,
    group: kind === 'group' ? { id: subject.id, name } : null,
    effect,
    granted_by: grantedBy,
    created_at: createdAt.toISOString(),
  };
}

function personAccessOf({ person, groups, whys, sessionCount }: PersonAccess, language: string) {
  const extensions = whys.map(({ plugin, clause, may, explanation }) => ({
    id: plugin.id,
    name: nameIn(plugin, language),
    state: plugin.state,
    is_open: may.see,
    clause,
    explanation:
      may.see && !may.use
        ? ['Its own rule lets others in; the rule of one of its pages lets them in.']
        : explanation,
  }));
  return {
    user: userOf(person),
    groups: groups.toSorted((one, other) => one.name.localeCompare(other.name)),
    extensions: extensions.toSorted((one, other) => one.name.localeCompare(other.name)),
    session_count: sessionCount,
  };
}

function userOf({ id, email, name, isSuperuser, isActive }: Person) {
  return { id, email, name: name ?? email, is_superuser: isSuperuser, is_active: isActive };
}

function namedOf(plugins: readonly Why['plugin'][], language: string) {
  const named = plugins.map((plugin) => ({ id: plugin.id, name: nameIn(plugin, language) }));
  return named.toSorted((one, other) => one.name.localeCompare(other.name));
}

function whyOf({ person, plugin, clause, may, groups, grants, explanation }: Why, language: string) {
  return {
    user: userOf(person),
    plugin: { id: plugin.id, name: nameIn(plugin, language) },
    may_use: may.use,
    may: { see: may.see, use: may.use, read_settings: may.readSettings, write_settings: may.writeSettings },
    clause,
    rule: plugin.admitted?.manifest.access ?? null,
    groups: groups.map(({ name, id, isMember }) => ({ name, id, is_member: isMember })),
    grants: grants.map((grant) => ({
      effect: grant.effect,
      via: grant.via,
      group: grant.via === 'group' ? { id: grant.groupId, name: grant.groupName ?? '' } : null,
    })),
    state: plugin.state,
    state_since: new Date(plugin.stateSince).toISOString(),
    explanation,
  };
}

function requestOf(
  { id, pluginId, user, reason, state, createdAt, decidedAt, decidedBy }: AccessRequest,
  requests: RequestUseCases,
  who: Principal,
) {
  return {
    id,
    user: { id: user.id, email: user.email, name: user.name ?? user.email },
    reason,
    state,
    created_at: createdAt.toISOString(),
    decided_at: decidedAt?.toISOString() ?? null,
    decided_by: decidedBy,
    groups: requests.groupsThatHelp(pluginId, who),
  };
}

/** By whose right: who reads it shall see at once where it was not a superuser's. */
function noteOf({ pluginId, user }: AccessRequest, { isSuperuser }: Principal) {
  return {
    plugin: pluginId,
    user_id: user.id,
    email: user.email,
    ...(isSuperuser ? {} : { state: 'by an owner of the extension' }),
  };
}

/** What is no UUID names nothing. */
function uuidOf(text: string): string {
  const read = z.uuid().safeParse(text);
  if (!read.success) throw new Problem('not-found');
  return read.data;
}
