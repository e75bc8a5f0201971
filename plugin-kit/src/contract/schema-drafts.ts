/** The drafts of JSON Schema that are read, and how the older of them are said in the words of draft-07. */

export type Draft = '2020-12' | '2019-09' | 'draft-07';

/**
 * @returns the draft to read it by, or `null` for one that is not read; older ones are read by `inReadWords`
 */
export function draftOf(schema: object): Draft | null {
  const named = '$schema' in schema ? schema.$schema : undefined;
  if (named === undefined) return '2020-12';
  if (typeof named !== 'string') return null;
  const uri = named.replace(/#$/, '').replace(/^https?:\/\/json-schema\.org\//, '');
  if (uri === 'draft/2020-12/schema') return '2020-12';
  if (uri === 'draft/2019-09/schema') return '2019-09';
  return /^draft-0[467]\/schema$/.test(uri) ? 'draft-07' : null;
}

/**
 * A schema of draft-04 or draft-06 as one of draft-07, which says the same: `id` is `$id`, and a limit that
 * is excluded has a keyword of its own. Any other schema is given back as it is.
 */
export function inReadWords<Schema extends object>(schema: Schema): Schema | Translated {
  const named = '$schema' in schema ? schema.$schema : undefined;
  if (typeof named !== 'string' || !/\/draft-0[46]\/schema#?$/.test(named)) return schema;
  const isFour = named.includes('draft-04');
  const plain: object = schema;
  const own = Object.fromEntries(Object.entries<unknown>({ ...plain }));
  const read = isFour ? translated(own) : own;
  return { ...read, $schema: 'http://json-schema.org/draft-07/schema#' };
}

type Translated = { [key: string]: unknown };

/** Their values are settings or names, and no schemas. */
const values: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'required', 'type', 'examples']);
const mapsOfNames: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'definitions',
  'dependencies',
]);

function translated(schema: Translated): Translated {
  const read: [string, unknown][] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'id' && typeof value === 'string') read.push(['$id', value]);
    else if (key === 'exclusiveMinimum' || key === 'exclusiveMaximum')
      read.push(...excluded(schema, key, value));
    else if (values.has(key)) read.push([key, value]);
    else if (mapsOfNames.has(key) && isPlainObject(value))
      read.push([key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, below(one)]))]);
    else read.push([key, below(value)]);
  }
  const limits = ['Minimum', 'Maximum'].filter((limit) => schema[`exclusive${limit}`] === true);
  const replaced = limits.map((limit) => limit.toLowerCase());
  return Object.fromEntries(read.filter(([key]) => !replaced.includes(key)));
}

/** `true` beside a limit excludes it; alone it says nothing, and so does `false`. */
function excluded(schema: Translated, key: string, value: unknown): [string, unknown][] {
  if (typeof value === 'number') return [[key, value]];
  const limit = schema[key === 'exclusiveMinimum' ? 'minimum' : 'maximum'];
  return value === true && typeof limit === 'number' ? [[key, limit]] : [];
}

function below(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(below);
  return isPlainObject(value) ? translated(value) : value;
}

function isPlainObject(value: unknown): value is Translated {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
