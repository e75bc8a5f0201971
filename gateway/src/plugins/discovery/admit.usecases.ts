/** From the bytes that a container sent to a manifest that may serve, or the reasons why not. */
import { jsonPatchType } from '@berth/plugin-kit/contract/json-patch.ts';
import { type Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import { nullPlaces } from '@berth/plugin-kit/contract/null-places.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { maxManifestValues, readGuardedJson } from '../schema/guarded-json.rules.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import type { Admission } from './discovery.types.ts';

/** More of them are no help to anybody who reads the list. */
const maxUnknownFields = 100;

type Needs = { compiles: (schema: object) => Promise<SchemaVerdict> };

/** @param id under which the service is registered: the manifest must repeat it */
export async function admit(id: string, bytes: Buffer, needs: Needs): Promise<Admission> {
  const json = readGuardedJson(bytes, maxManifestValues);
  if (!json.ok) return invalid([{ pointer: json.pointer, detail: json.detail }]);
  const reading = readManifest(json.value);
  if (!reading.ok) return reading.reason === 'incompatible' ? reading : invalid(reading.errors);
  const { manifest, unknownFields } = reading;
  if (manifest.id !== id)
    return invalid([
      { pointer: '/id', detail: say`says "${manifest.id}", and the service is registered as "${id}"` },
    ]);
  const schemas = schemasIn(manifest);
  const verdicts = await Promise.all(schemas.map(({ schema }) => needs.compiles(schema)));
  const errors: FieldError[] = [];
  for (const [index, verdict] of verdicts.entries()) {
    if (verdict.ok) continue;
    if (verdict.reason === 'busy') return { ok: false, reason: 'busy' };
    errors.push(
      ...verdict.errors.map(({ pointer, detail }) => ({
        pointer: `${schemas[index]?.pointer ?? ''}${pointer}`,
        detail,
      })),
    );
  }
  if (errors.length === 0) errors.push(...nullsWithoutPatch(manifest));
  return errors.length > 0
    ? { ok: false, reason: 'invalid', stage: 'schema', errors }
    : { ok: true, manifest, unknownFields: unknownFields.slice(0, maxUnknownFields) };
}

function invalid(errors: FieldError[]): Admission {
  return { ok: false, reason: 'invalid', stage: 'manifest', errors: errors.slice(0, 50) };
}

/** A merge patch cannot store null: it removes, and the default is back. */
function nullsWithoutPatch({ settings_schema: schema, settings_patch: types }: Manifest): FieldError[] {
  if (!schema || types.includes(jsonPatchType)) return [];
  const detail =
    `lets null be a value, and a merge patch cannot store null. Take ${jsonPatchType} (RFC 6902) at PATCH /plugin/settings ` +
    'as well and list both types in settings_patch, or leave null out of the schema';
  const pointers = nullPlaces(schema).slice(0, 50);
  return pointers.map((pointer) => ({ pointer: `/settings_schema${pointer}`, detail }));
}

function schemasIn(manifest: Manifest): { pointer: string; schema: object }[] {
  const own = manifest.settings_schema
    ? [{ pointer: '/settings_schema', schema: manifest.settings_schema }]
    : [];
  return [
    ...own,
    ...manifest.actions.flatMap(({ input_schema: schema }, index) =>
      schema ? [{ pointer: `/actions/${index}/input_schema`, schema }] : [],
    ),
    ...manifest.capabilities.flatMap(({ options_schema: schema }, index) =>
      schema ? [{ pointer: `/capabilities/${index}/options_schema`, schema }] : [],
    ),
  ];
}
