/** What a provider said, made into what we use of it. Everything is unknown until read. */
import { z } from 'zod';
import type { Claims, Provider } from './oidc.types.ts';

/** @param said the claims of the ID token over those of the userinfo endpoint */
export function claimsOf(said: Readonly<Record<string, unknown>>, issuer: string, subject: string, provider: Provider): Claims {
  const email = z.email().max(254).safeParse(said['email']);
  return {
    issuer,
    subject,
    email: email.success ? email.data : null,
    // Some send it as text.
    isEmailVerified: provider.vouchesForEmails || said['email_verified'] === true || said['email_verified'] === 'true',
    name: nameIn(said['name']),
    groups: provider.groupsClaim === null ? [] : textsIn(claimAt(said, provider.groupsClaim)),
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
  for (const part of name.split('.')) at = typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined;
  return at;
}

function textsIn(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item): item is string => typeof item === 'string').slice(0, 2000);
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
