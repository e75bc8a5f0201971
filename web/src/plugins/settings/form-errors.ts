/** Field errors: from the gateway or the browser's own check, in a person's words, at the field they are about. */
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { isObject, type Json, type JsonObject, secretMask } from '@berth/plugin-kit/contract/settings.ts';
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { ofChosenBranches } from './branches.ts';
import { pathOf, valueAt } from './changes.ts';
import { withoutSlowPatterns } from './quick-patterns.ts';

/** The form library's tree of errors. */
export type ErrorTree = { __errors?: string[]; [key: string]: ErrorTree | string[] | undefined };

/** Keywords that only say that something below them is wrong, which is said there. */
const wrappers = new Set([
  'properties',
  'items',
  'prefixItems',
  'additionalProperties',
  'patternProperties',
  '$ref',
  'allOf',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'false',
  'propertyNames',
]);

/** Every error of the value, one per field and reason. Secrets that were not touched are not judged: only the container knows them. */
export function check(schema: JsonObject, value: JsonObject): FieldError[] {
  const dialect = schema['$schema'];
  const draft = typeof dialect === 'string' && dialect.includes('draft-07') ? '7' : '2020-12';
  let units: OutputUnit[];
  try {
    // An entry that was added and not filled in yet is `undefined`, which only JSON turns into something to judge.
    const told: unknown = JSON.parse(JSON.stringify(value));
    units = ofChosenBranches(new Validator(withoutSlowPatterns(schema, told), draft, false).validate(told).errors);
  } catch {
    // A schema that the browser's library cannot run: the gateway and the container judge.
    return [];
  }
  const found = new Map<string, FieldError>();
  for (const unit of units) {
    const error = wordsOf(unit, schema, value);
    if (error && valueAt(value, pathOf(error.pointer)) !== secretMask) found.set(`${error.pointer}\n${error.detail}`, error);
  }
  return [...found.values()];
}

/** @returns the tree that puts each error at its field; what belongs to no field is at the root. */
export function errorTree(errors: readonly FieldError[]): ErrorTree {
  const root: ErrorTree = {};
  for (const { pointer, detail } of errors) {
    let at = root;
    for (const key of pathOf(pointer)) {
      if (key === '__proto__' || key === '__errors') break;
      const next = at[key];
      const below: ErrorTree = next !== undefined && !Array.isArray(next) ? next : {};
      at[key] = below;
      at = below;
    }
    at.__errors = [...(at.__errors ?? []), sentence(detail)];
  }
  return root;
}

/** A container's library says `must be string`; several of them in a row are sentences. */
function sentence(detail: string): string {
  const text = detail.trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
}

function wordsOf(unit: OutputUnit, schema: JsonObject, value: JsonObject): FieldError | null {
  if (wrappers.has(unit.keyword)) return null;
  const pointer = unit.instanceLocation.replace(/^#/, '');
  const limit = valueAt(schema, pathOf(unit.keywordLocation));
  const says = (detail: string): FieldError => ({ pointer, detail });
  switch (unit.keyword) {
    case 'required': {
      const name = /required property "(.*)"/.exec(unit.error)?.[1];
      return name === undefined
        ? says('Something is missing here.')
        : { pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: 'Fill this in.' };
    }
    case 'minLength':
      return says(limit === 1 ? 'Fill this in.' : `Use at least ${shown(limit)} characters.`);
    case 'maxLength':
      return says(`Use at most ${shown(limit)} characters.`);
    case 'minimum':
      return says(`Choose ${shown(limit)} or more.`);
    case 'maximum':
      return says(`Choose ${shown(limit)} or less.`);
    case 'exclusiveMinimum':
      return says(`Choose more than ${shown(limit)}.`);
    case 'exclusiveMaximum':
      return says(`Choose less than ${shown(limit)}.`);
    case 'multipleOf':
      return says(`Choose a multiple of ${shown(limit)}.`);
    case 'minItems':
      return says(`Add at least ${shown(limit)}.`);
    case 'maxItems':
      return says(`Keep at most ${shown(limit)}.`);
    case 'uniqueItems':
      return says('Each entry may be here once only.');
    case 'pattern':
      return says(patternWords(schema, unit));
    case 'format':
      return says(formatWords(limit));
    case 'enum':
    case 'const':
      return says('Choose one of the values offered.');
    case 'type':
      return says(typeWords(limit, valueAt(value, pathOf(pointer))));
    case 'oneOf':
    case 'anyOf':
      return says('This fits none of the forms that are allowed here.');
    default:
      return says('This is not allowed here.');
  }
}

function patternWords(schema: JsonObject, unit: OutputUnit): string {
  const owner = valueAt(schema, pathOf(unit.keywordLocation).slice(0, -1));
  const examples = isObject(owner) && Array.isArray(owner['examples']) ? owner['examples'].filter((example) => typeof example === 'string') : [];
  return examples.length > 0 ? `This is not spelt as it must be. For example: ${examples[0]}` : 'This is not spelt as it must be.';
}

const formats: Readonly<Record<string, string>> = {
  uri: 'Write a whole address, such as https://example.org/.',
  email: 'Write an e-mail address, such as ada@example.org.',
  date: 'Write a date, such as 2026-01-31.',
  'date-time': 'Write a date and time, such as 2026-01-31T18:00:00Z.',
  time: 'Write a time with its zone, such as 18:00:00Z.',
  duration: 'Write a duration, such as PT15M for 15 minutes.',
  hostname: 'Write a host name, such as example.org.',
  ipv4: 'Write an IPv4 address, such as 192.0.2.1.',
  ipv6: 'Write an IPv6 address, such as 2001:db8::1.',
};

function formatWords(format: Json | undefined): string {
  return (typeof format === 'string' ? formats[format] : undefined) ?? 'This is not spelt as it must be.';
}

function typeWords(type: Json | undefined, value: Json | undefined): string {
  if (value === undefined || value === null) return 'Fill this in.';
  if (type === 'integer') return 'Write a whole number.';
  if (type === 'number') return 'Write a number.';
  return `This must be ${Array.isArray(type) ? type.join(' or ') : shown(type)}.`;
}

function shown(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '…';
}
