/** What a container's JSON Schema must be before it is compiled. */
import { pointerTo } from '@berth/plugin-kit/contract/json-pointer.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { draftOf } from '@berth/plugin-kit/contract/schema-drafts.ts';

export const maxSchemaProperties = 500;

/**
 * Finds references that leave the document, too many properties and an unknown draft; nothing is compiled or
 * run.
 */
export function faultsOfSchema(schema: object): FieldError[] {
  if (!draftOf(schema))
    return [
      { pointer: '/$schema', detail: 'only JSON Schema 2020-12, 2019-09 and drafts 07, 06 and 04 are read' },
    ];
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
    faults.push({
      pointer: '',
      detail: say`${properties} properties; at most ${maxSchemaProperties} are read`,
    });
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

/**
 * Whether the object at this path holds names that the author chose, so that `$ref` there is a property's
 * name.
 */
function isMapOfNames(path: readonly string[]): boolean {
  const own = path.at(-1);
  // `properties` directly inside `properties` is itself a property's name.
  return own !== undefined && mapsOfNames.has(own) && !isMapOfNames(path.slice(0, -1));
}

/** JSON Pointers to the patterns that no engine here can read. */
export function badPatterns(schema: object, isBad: (pattern: string) => boolean): string[] {
  const found: string[] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (typeof value !== 'object' || value === null) return;
    const isOfNames = isMapOfNames(path);
    for (const [key, inner] of Object.entries<unknown>({ ...value })) {
      const at = [...path, key];
      const isPattern = isOfNames ? path.at(-1) === 'patternProperties' : key === 'pattern';
      const pattern = isOfNames ? key : inner;
      if (isPattern && typeof pattern === 'string' && isBad(pattern)) found.push(pointerTo(at));
      if (isOfNames || !dataKeywords.has(key)) walk(inner, at);
    }
  };
  walk(schema, []);
  return found;
}

function sizeOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
