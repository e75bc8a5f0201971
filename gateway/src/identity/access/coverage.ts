/** Compares the routes that exist with the rows that say who may use them. What is not covered never starts. */
import type { Audience, Method, RoutePolicy } from './route-policy.ts';

/** As Hono lists them in `app.routes`. */
export type ExistingRoute = { method: string; path: string };

const methods: ReadonlySet<string> = new Set<Method>(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const audiences: ReadonlySet<string> = new Set<Audience>(['public', 'user', 'plugin-owner', 'superuser']);
/** HEAD is answered by GET; OPTIONS changes nothing; ALL is how Hono lists middleware, which decides nothing here. */
const ignored: ReadonlySet<string> = new Set(['HEAD', 'OPTIONS', 'ALL']);

/** @throws Error that names every culprit, not just the first */
export function assertCoverage(
  routes: readonly ExistingRoute[],
  policies: readonly RoutePolicy[],
  ownerNames: Iterable<string> = [],
): void {
  const findings = coverageFaults(routes, policies, new Set(ownerNames));
  if (findings.length > 0)
    throw new Error(
      `Routes and their policies do not fit:\n${findings.map((finding) => `  - ${finding}`).join('\n')}`,
    );
}

function coverageFaults(
  routes: readonly ExistingRoute[],
  policies: readonly RoutePolicy[],
  ownerNames: ReadonlySet<string>,
): string[] {
  const existing = new Set(routes.filter(({ method }) => !ignored.has(method)).map(nameOf));
  const rows = new Set(policies.map(nameOf));
  const findings: string[] = [];
  for (const name of existing) if (!rows.has(name)) findings.push(`${name} has no policy row`);
  for (const name of rows) if (!existing.has(name)) findings.push(`${name} has a policy row and no route`);
  for (const [name, count] of countsOf(policies))
    if (count > 1) findings.push(`${name} has ${count} policy rows`);
  for (const policy of policies)
    findings.push(...rowFaults(policy, ownerNames).map((fault) => `${nameOf(policy)} ${fault}`));
  return findings;
}

function rowFaults(
  { method, audience, owner, withoutCsrfToken }: RoutePolicy,
  ownerNames: ReadonlySet<string>,
): string[] {
  const faults: string[] = [];
  if (!methods.has(method)) faults.push('has an unknown method');
  if (!audiences.has(audience)) faults.push(`has the unknown audience "${audience}"`);
  if (owner !== undefined && !ownerNames.has(owner)) faults.push(`names the unknown owner policy "${owner}"`);
  if (owner !== undefined && audience === 'public') faults.push('is public and has an owner policy');
  if (withoutCsrfToken && audience !== 'public') faults.push('needs a session and goes without a CSRF token');
  return faults;
}

function countsOf(policies: readonly RoutePolicy[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const policy of policies) counts.set(nameOf(policy), (counts.get(nameOf(policy)) ?? 0) + 1);
  return counts;
}

function nameOf({ method, path }: ExistingRoute): string {
  return `${method} ${path}`;
}
