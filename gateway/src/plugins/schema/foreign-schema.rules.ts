/** What a container's JSON Schema must be before anybody compiles it. */
import { pointerTo } from '@berth/plugin-kit/contract/manifest.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';

export const maxSchemaProperties = 500;

export type Draft = '2020-12' | 'draft-07';

/** @returns the draft it is written in, or `null` for one that is not read here */
export function draftOf(schema: object): Draft | null {
  const named = '$schema' in schema ? schema.$schema : undefined;
  if (named === undefined) return '2020-12';
  if (typeof named !== 'string') return null;
  const uri = named.replace(/#$/, '').replace(/^https?:/, '');
  if (uri === '//json-schema.org/draft/2020-12/schema') return '2020-12';
  return uri === '//json-schema.org/draft-07/schema' ? 'draft-07' : null;
}

/** Finds references that leave the document, too many properties and an unknown draft; nothing is compiled or run. */
export function faultsOfSchema(schema: object): FieldError[] {
  if (!draftOf(schema))
    return [{ pointer: '/$schema', detail: 'only JSON Schema 2020-12 and draft-07 are read' }];
  const faults: FieldError[] = [];
  let properties = 0;
  const walk = (value: unknown, path: string[], isData: boolean): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries<unknown>({ ...value })) {
      const at = [...path, key];
      if (
        !isData &&
        !isMapOfNames(path) &&
        (key === '$ref' || key === '$dynamicRef' || key === '$recursiveRef') &&
        typeof inner === 'string' &&
        !inner.startsWith('#')
      )
        faults.push({
          pointer: pointerTo(at),
          detail: 'only references inside the document (#…) are followed',
        });
      if (!isData && !isMapOfNames(path) && key === 'properties') properties += sizeOf(inner);
      walk(inner, at, isData || (!isMapOfNames(path) && dataKeywords.has(key)));
    }
  };
  walk(schema, [], false);
  if (properties > maxSchemaProperties)
    faults.push({ pointer: '', detail: `${properties} properties; at most ${maxSchemaProperties} are read` });
  return faults;
}

/** Their values are examples of settings, not schemas: a `$ref` in them is a plain word. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);
const mapsOfNames: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
]);

/** Whether the object at this path holds names that the author chose, so that `$ref` there is a property's name. */
function isMapOfNames(path: readonly string[]): boolean {
  const own = path.at(-1);
  // `properties` directly inside `properties` is itself a property's name.
  return own !== undefined && mapsOfNames.has(own) && !isMapOfNames(path.slice(0, -1));
}

function sizeOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
