/** What a provider said, made into what we use of it. Everything is unknown until read. */
import { z } from 'zod';
import type { Claims, Provider, SaidGroups } from './oidc.types.ts';

/** @param said the claims of the ID token over those of the userinfo endpoint */
export function claimsOf(
  said: Readonly<Record<string, unknown>>,
  issuer: string,
  subject: string,
  provider: Provider,
): Claims {
  const email = z.email().max(254).safeParse(said['email']);
  return {
    issuer,
    subject,
    email: email.success ? email.data : null,
    // Some send it as text.
    isEmailVerified:
      provider.vouchesForEmails || said['email_verified'] === true || said['email_verified'] === 'true',
    name: nameIn(said['name']),
    groups: provider.groupsClaim === null ? { known: true, names: [] } : groupsIn(said, provider.groupsClaim),
  };
}

/** Whether the ID token alone does not say all that we want to know. */
export function isMore(said: Readonly<Record<string, unknown>>, { groupsClaim }: Provider): boolean {
  return said['email'] === undefined || (groupsClaim !== null && claimAt(said, groupsClaim) === undefined);
}

/** By its very name, which may hold dots itself, or as a path: `realm_access.roles`. */
function claimAt(said: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(said, name)) return said[name];
  let at: unknown = said;
  for (const part of name.split('.'))
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined;
  return at;
}

/** A claim that is missing is none, unless the token says that the groups are elsewhere, or too many for it. */
function groupsIn(said: Readonly<Record<string, unknown>>, claim: string): SaidGroups {
  const value = claimAt(said, claim);
  if (value !== undefined) {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > maxGroups)
      return { known: false, reason: `the token names more than ${maxGroups} groups` };
    return { known: true, names: list.filter((item) => typeof item === 'string') };
  }
  const source = sourceNameOf(said, claim);
  const isTooMany = claim === 'groups' && (said['hasgroups'] === true || said['hasgroups'] === 'true');
  if (source === undefined && !isTooMany) return { known: true, names: [] };
  const reason = 'the token has no room for all groups and says that they are elsewhere';
  const place = sourceForm.safeParse(
    typeof source === 'string' ? memberOf(said['_claim_sources'], source) : undefined,
  ).data;
  if (!place) return { known: false, reason };
  return { known: false, reason, source: { url: place.endpoint, accessToken: place.access_token ?? null } };
}

const maxGroups = 10_000;
const sourceForm = z.object({ endpoint: z.url(), access_token: z.string().optional() });

/** Which of `_claim_sources` has the claim (OpenID Connect Core 1.0, section 5.6.2). `undefined`: none. */
function sourceNameOf(said: Readonly<Record<string, unknown>>, claim: string): unknown {
  const names = said['_claim_names'];
  return memberOf(names, claim) ?? memberOf(names, claim.split('.')[0] ?? claim);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** As the claim itself, or as Microsoft Graph has it: `value`, of ids or of things with an id, and where it goes on. */
export function groupsInAnswer(
  body: Uint8Array,
  claim: string,
): { names: string[]; next: string | null } | null {
  const said = jsonObject(body);
  const list = said && (claimAt(said, claim) ?? said['value']);
  if (!said || !Array.isArray(list)) return null;
  const names = list.map((item: unknown) => (typeof item === 'string' ? item : memberOf(item, 'id')));
  const next = said['@odata.nextLink'];
  if (!names.every((name) => typeof name === 'string') || (next !== undefined && typeof next !== 'string'))
    return null;
  return { names, next: next ?? null };
}

function jsonObject(body: Uint8Array): Record<string, unknown> | null {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(Buffer.from(body).toString())).data ?? null;
  } catch {
    return null;
  }
}

function nameIn(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = value
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ')
    .trim()
    .slice(0, 100);
  return name === '' ? null : name;
}
