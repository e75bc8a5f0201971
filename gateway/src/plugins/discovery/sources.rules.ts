/** Where containers are: from the environment and from `services.yaml`. */
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { approvings } from '../approval/approval.types.ts';
import type { Service } from '../registry/service.types.ts';
import { guardValue } from '../schema/guarded-json.rules.ts';

/** `http://host:port` and nothing more: paths come from manifests, credentials do not belong here. */
const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (url && isOrigin) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be http(s)://host:port without path, query or credentials' });
  return z.NEVER;
});

const entry = z.union([
  origin.transform((url) => ({ url, approve: 'auto' as const })),
  z.strictObject({
    url: origin,
    approve: z.enum(approvings).default('auto'),
  }),
]);
const file = z.strictObject({
  services: z
    .record(z.string().regex(pluginIdPattern, 'an id: lower-case letter first, then letters, digits, dash'), entry)
    .nullish()
    .transform((services) => services ?? {}),
});

export type FileReading = { ok: true; services: Service[] } | { ok: false; problems: string[] };

/** Reads `services.yaml`; all of it or nothing. */
export function readServicesYaml(text: string): FileReading {
  const document = parseDocument(text, { uniqueKeys: true, merge: false, schema: 'core' });
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map(({ message }) => message.split('\n')[0] ?? message) };
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    return { ok: false, problems: ['aliases (*name) are not read here'] };
  }
  const guarded = guardValue(content);
  if (!guarded.ok) return { ok: false, problems: [guarded.detail] };
  const read = file.safeParse(content);
  if (!read.success) return { ok: false, problems: read.error.issues.map(wordsFor) };
  return {
    ok: true,
    services: Object.entries(read.data.services).map(([id, { url, approve }]) => ({
      id,
      origin: url,
      source: 'file',
      approving: approve,
    })),
  };
}

export type EnvironmentReading = { services: Service[]; problems: string[] };

/** What the environment names. A wrong entry is told and left out; the first of two alike counts. */
export function readServicesEnvironment(entries: readonly { id: string; url: string }[]): EnvironmentReading {
  const services = new Map<string, Service>();
  const problems: string[] = [];
  for (const { id, url } of entries) {
    const read = origin.safeParse(url);
    if (!pluginIdPattern.test(id)) problems.push(`BERTH_SERVICES: "${id}" is not an id: lower-case letter first, then letters, digits, dash`);
    else if (!read.success) problems.push(`BERTH_SERVICES: the URL of "${id}" ${read.error.issues[0]?.message ?? 'is wrong'}`);
    else if (services.has(id)) problems.push(`BERTH_SERVICES: "${id}" stands twice; the first counts`);
    else services.set(id, { id, origin: read.data, source: 'environment', approving: 'auto' });
  }
  return { services: [...services.values()], problems };
}

/** The environment wins where both name an id. */
export function mergeSources(environment: readonly Service[], fromFile: readonly Service[]): { services: Service[]; problems: string[] } {
  const known = new Set(environment.map(({ id }) => id));
  const clashing = fromFile.filter(({ id }) => known.has(id));
  return {
    services: [...environment, ...fromFile.filter(({ id }) => !known.has(id))],
    problems: clashing.map(({ id }) => `services.yaml: "${id}" is named by BERTH_SERVICES too, which wins`),
  };
}

function wordsFor(issue: z.core.$ZodIssue): string {
  // Of a choice that fits in no way, the last branch is the longer form, whose words help most.
  const inner = issue.code === 'invalid_union' ? (issue.errors.flat().filter(({ path }) => path.length > 0)[0] ?? issue.errors[0]?.[0]) : undefined;
  const path = [...issue.path, ...(inner?.path ?? [])].map(String).join('.');
  return `${path === '' ? 'the file' : path}: ${inner?.message ?? issue.message}`;
}
