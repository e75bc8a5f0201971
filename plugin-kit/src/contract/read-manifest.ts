/** Reads what a container sent as its manifest: its shape, its version, and what no single field can say. */
import { pointerTo } from './json-pointer.ts';
import { z } from 'zod';
import { capabilityFaults } from './capabilities/capability-spec.ts';
import { connectionNameOf, manifestSchema, servedManifestVersions, type Manifest } from './manifest.ts';
import type { FieldError } from './problem.ts';
import { compilePattern, segmentsOf } from './route-pattern.ts';
import { say } from './say.ts';
import { askedPaths, isOfPlugin } from './shell-fields.ts';

export type ManifestReading =
  | { ok: true; manifest: Manifest; unknownFields: string[] }
  | { ok: false; reason: 'incompatible'; detail: string }
  | { ok: false; reason: 'invalid'; errors: FieldError[] };

/**
 * Reads what a container sent as its manifest. Does not compile `settings_schema`: that is the gateway's,
 * under guard.
 */
export function readManifest(input: unknown): ManifestReading {
  const version = versionOf(input);
  if (version && !isServed(version)) {
    const { major, minMinor, maxMinor } = servedManifestVersions;
    return {
      ok: false,
      reason: 'incompatible',
      detail: say`manifest_version ${version.major}.${version.minor} is not served; this gateway serves ${major}.${minMinor} to ${major}.${maxMinor}`,
    };
  }
  const parsed = manifestSchema.safeParse(input);
  if (!parsed.success)
    return {
      ok: false,
      reason: 'invalid',
      errors: parsed.error.issues.map((issue) => ({ pointer: pointerTo(issue.path), detail: issue.message })),
    };
  const errors = contradictionsIn(parsed.data);
  if (errors.length > 0) return { ok: false, reason: 'invalid', errors };
  return { ok: true, manifest: parsed.data, unknownFields: unknownFieldsOf(manifestSchema, input, '') };
}

function versionOf(input: unknown): { major: number; minor: number } | null {
  if (typeof input !== 'object' || input === null || !('manifest_version' in input)) return null;
  const found = /^(\d{1,4})\.(\d{1,4})$/.exec(String(input.manifest_version));
  return found ? { major: Number(found[1]), minor: Number(found[2]) } : null;
}

function isServed({ major, minor }: { major: number; minor: number }): boolean {
  const served = servedManifestVersions;
  return major === served.major && minor >= served.minMinor && minor <= served.maxMinor;
}

/** What no single field can say. */
function contradictionsIn(manifest: Manifest): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['nav', 'actions', 'widgets', 'capabilities'] as const)
    errors.push(
      ...repeated(
        manifest[list].map(({ id }) => id),
        (index) => `/${list}/${index}/id`,
      ),
    );
  const names = manifest.connections.map(connectionNameOf);
  errors.push(...repeated(names, (index) => `/connections/${index}/name`));
  manifest.mounts.forEach((prefix, index) => {
    const other = manifest.mounts.findIndex(
      (earlier, at) => at !== index && (prefix === earlier || prefix.startsWith(`${earlier}/`)),
    );
    if (other >= 0)
      errors.push({
        pointer: `/mounts/${index}`,
        detail: say`${prefix} lies within another mount of the same manifest`,
      });
  });
  errors.push(...capabilityFaults({ ...manifest, connections: names }));
  return [...errors, ...publicElsewhere(manifest), ...overlapsOfUi(manifest), ...askedElsewhere(manifest)];
}

function repeated(names: readonly string[], pointerOf: (index: number) => string): FieldError[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ pointer: pointerOf(index), detail: say`"${name}" stands twice` }],
  );
}

/** `public` is for routes alone: a rule that others fall back on must never open them all. */
function publicElsewhere(manifest: Manifest): FieldError[] {
  const rules: [string, { [key: string]: unknown } | undefined][] = [
    ['/access', manifest.access],
    ['/settings_access/read', manifest.settings_access.read],
    ['/settings_access/write', manifest.settings_access.write],
    ...(['nav', 'actions'] as const).flatMap((list) =>
      manifest[list].map((item, index): [string, typeof item.access] => [
        `/${list}/${index}/access`,
        item.access,
      ]),
    ),
  ];
  return rules.flatMap(([at, rule]) =>
    rule?.['public'] ? [{ pointer: `${at}/public`, detail: 'is allowed on routes only' }] : [],
  );
}

/**
 * Files of the page are served to everyone with the page's address: nothing that a rule guards may lie among
 * them.
 */
function overlapsOfUi(manifest: Manifest): FieldError[] {
  if (!manifest.ui) return [];
  const entry = folderSegments(manifest.ui.entry);
  if (entry.length === 0 || entry[0] === 'plugin')
    return [
      { pointer: '/ui/entry', detail: 'must be a folder of its own, such as /ui/, and not below /plugin' },
    ];
  return manifest.routes.flatMap((route, index) => {
    const parts = folderSegments(route.path);
    const isInside = entry.every((segment, at) => parts[at] === '*' || parts[at] === segment);
    return isInside ? [{ pointer: `/routes/${index}/path`, detail: 'lies among the files of the page' }] : [];
  });
}

/** The gateway asks with the caller's rights, so that a rule must say who has them. */
function askedElsewhere(manifest: Manifest): FieldError[] {
  const routes = manifest.routes
    .filter(({ methods }) => methods.includes('GET'))
    .map(({ path }) => compilePattern(path));
  return askedPaths(manifest).flatMap(({ pointer, path }) =>
    isOfPlugin(path) || routes.some((matches) => matches(segmentsOf(path)))
      ? []
      : [{ pointer, detail: 'is no GET of the declared routes, and not below /plugin/' }],
  );
}

function folderSegments(path: string): string[] {
  return segmentsOf(path).filter((segment) => segment !== '');
}

/** Pointers of fields that the contract does not know; `x-…` fields are free. */
function unknownFieldsOf(schema: z.core.$ZodType, value: unknown, at: string): string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value))
    return value.flatMap((item, index) => unknownFieldsOf(inner.element, item, `${at}/${index}`));
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const known: unknown = Object.hasOwn(inner.shape, key) ? inner.shape[key] : undefined;
    if (known instanceof z.ZodType) return unknownFieldsOf(known, item, `${at}${pointerTo([key])}`);
    return key.startsWith('x-') ? [] : [`${at}${pointerTo([key])}`];
  });
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)
      inner = inner.unwrap();
    else if (inner instanceof z.ZodPipe) inner = inner.in;
    else return inner;
  }
}
