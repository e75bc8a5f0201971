/**
 * Hooks around the gateway's own routes: who may, what of a list is seen, and who hears of what is made and
 * deleted.
 */
import type { PrincipalContext, ResourceRef } from '@berth/plugin-kit/hooks/hooks.ts';
import type { Context, MiddlewareHandler, Next } from 'hono';
import { matchedRoutes } from 'hono/route';
import { createHash } from 'node:crypto';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { HookChains } from './hook-chains.ts';
import { contextOf } from './principal.rules.ts';
import { isEventStream, watchedStream } from './own-streams.ts';
import { deletedKind, listedKind, madeKind, questionOf, type RegisteredKind } from './resources.rules.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Takes back what was just made. */
export type Undo = Readonly<Record<RegisteredKind, (id: string, who: Principal) => Promise<unknown>>>;

/** What the hooks know of things of the gateway's own. */
export type Things = {
  undo: Undo;
  /** By an address that has several spellings. @returns the one id, or what was given where there is none */
  workspaceId: (idOrSlug: string) => Promise<string>;
};

export type OwnRoutesNeeds = Things & {
  chains: HookChains;
  checks: boolean;
  registers: boolean;
  policies: readonly RoutePolicy[];
  now: () => number;
  /** A thing was made, refused by a registrar, and could not be taken back. */
  onStuck: (ref: ResourceRef, cause: unknown) => void;
};

/** For `app.use('*', …)` behind the guard. */
export function ownRouteHooks(needs: OwnRoutesNeeds): MiddlewareHandler {
  const { chains, checks, registers, policies } = needs;
  const rows = new Map(policies.map((policy) => [`${policy.method} ${policy.path}`, policy]));
  return async (c, next) => {
    const handler = matchedRoutes(c).find(({ method }) => method !== 'ALL');
    const row = handler && rows.get(`${handler.method} ${handler.path}`);
    const principal = c.get('principal');
    const question = row && principal ? questionOf(row, paramsOf(row.path, c.req.path)) : null;
    if (!row || !principal || !question) return next();
    const who = contextOf(principal);
    const { action } = question;
    const ref = { ...question.ref, id: await idOf(question.ref, needs) };
    if (checks) await chains.require(who, ref, action);
    if (registers && deletedKind(row) !== null) return deleting(chains, { who, ref }, c, next);
    const isList = checks && listedKind(row) !== null;
    const known = c.req.header('if-none-match') ?? '';
    // The handler knows the tag of the whole list alone, and must not answer that nothing changed.
    if (isList) c.req.raw = withoutHeader(c.req.raw, 'if-none-match');
    await next();
    const kind = registers && c.res.ok ? madeKind(row) : null;
    if (kind !== null) await made(needs, kind, { who, principal, ref }, c);
    if (isList) await narrow(chains, { who, ref, known }, c);
    if (checks && isEventStream(c.res) && c.res.body) {
      const body = watchedStream(c.res.body, () => chains.require(who, ref, action), needs.now);
      const { status, headers } = c.res;
      c.res = undefined;
      c.res = new Response(body, { status, headers });
    }
  };
}

/**
 * Registrars hear of it first, so that each of them can still keep it. What is then not deleted is registered
 * again.
 */
async function deleting(
  chains: HookChains,
  { who, ref }: { who: PrincipalContext; ref: ResourceRef },
  c: Context,
  next: Next,
): Promise<void> {
  await chains.deregister(who, ref);
  await next();
  if (!c.res.ok) await chains.register(who, ref);
}

type Maker = { who: PrincipalContext; principal: Principal; ref: ResourceRef };

/** @throws Problem of a registrar; what was made is gone again */
async function made(
  { chains, undo, onStuck }: OwnRoutesNeeds,
  kind: RegisteredKind,
  { who, principal, ref }: Maker,
  c: Context,
): Promise<void> {
  const body: unknown = await c.res.clone().json();
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null;
  if (typeof id !== 'string') throw new Error(`the answer of ${c.req.path} has no id`);
  const whole = { ...ref, id };
  try {
    await chains.register(who, whole);
  } catch (refusal) {
    try {
      await undo[kind](id, principal);
    } catch (cause) {
      onStuck(whole, cause);
    }
    throw refusal;
  }
}

/** Leaves in `items` what all permission checkers let the caller see. The ETag is that of what is left. */
async function narrow(
  chains: HookChains,
  { who, ref, known }: { who: PrincipalContext; ref: ResourceRef; known: string },
  c: Context,
): Promise<void> {
  const ids = await chains.accessibleIds(who, ref.kind, 'read');
  if (!c.res.ok) return;
  const headers = new Headers(c.res.headers);
  let text: string | null = null;
  if (ids !== null) {
    text = withIds(await c.res.json(), ids, c.req.path);
    headers.delete('content-length');
    if (headers.has('etag'))
      headers.set('etag', `"${createHash('sha256').update(text).digest('base64url')}"`);
  }
  const isKnown = known !== '' && known === headers.get('etag');
  if (text === null && !isKnown) return;
  // Hono adds the headers of an answer that stands to the one that takes its place.
  c.res = undefined;
  c.res = isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

function withIds(body: unknown, ids: ReadonlySet<string>, path: string): string {
  if (typeof body !== 'object' || body === null || !('items' in body) || !Array.isArray(body.items))
    throw new Error(`the list at ${path} has no items`);
  return JSON.stringify({ ...body, items: body.items.filter((item: unknown) => ids.has(idIn(item))) });
}

/** A checker that knows one spelling of an id is not asked about another. */
async function idOf({ kind, id }: ResourceRef, { workspaceId }: OwnRoutesNeeds): Promise<string | null> {
  if (id === null) return null;
  const lower = uuid.test(id) ? id.toLowerCase() : id;
  return kind === 'workspace' ? workspaceId(lower) : lower;
}

/** Of a GET: it has no body to keep. */
function withoutHeader({ url, headers: all }: Request, name: string): Request {
  const headers = new Headers(all);
  headers.delete(name);
  return new Request(url, { headers });
}

function idIn(item: unknown): string {
  return typeof item === 'object' && item !== null && 'id' in item ? String(item.id) : '';
}

function paramsOf(pattern: string, path: string): Record<string, string> {
  const segments = path.split('/');
  return Object.fromEntries(
    pattern
      .split('/')
      .flatMap((part, index) => (part === ':id' ? [['id', decoded(segments[index] ?? '')]] : [])),
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
