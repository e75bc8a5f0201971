/** Who is asking, as headers for a container. */
import { identityHeaders } from '@berth/plugin-kit/contract/identity.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { CompiledPlugin } from '../registry/snapshot.ts';

/** As much as the container may know: the id always, more as its manifest claims. */
export function identityFor(
  who: Principal,
  { claims, namedGroupIds }: CompiledPlugin,
  assertion: string,
): Record<string, string> {
  const groups = [...who.groupIds]
    .filter((id) => claims.has('all_groups') || namedGroupIds.has(id))
    .flatMap((id) => who.groupNames.get(id) ?? []);
  return {
    [identityHeaders.userId]: who.userId,
    [identityHeaders.assertion]: assertion,
    ...(claims.has('email') ? { [identityHeaders.email]: headerText(who.email) } : {}),
    ...(claims.has('name') ? { [identityHeaders.name]: encodeURIComponent(who.name.toWellFormed()) } : {}),
    ...(claims.has('groups') ? { [identityHeaders.groups]: headerJson(groups) } : {}),
    ...(claims.has('superuser') ? { [identityHeaders.superuser]: String(who.isSuperuser) } : {}),
  };
}

function headerText(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

/** JSON in ASCII: everything else by its escape. */
function headerJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
