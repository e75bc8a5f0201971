/**
 * Field errors: from the gateway or the browser's own check, in a person's words, at the field they are
 * about.
 */
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { draftOf, inReadWords } from '@berth/plugin-kit/contract/schema-drafts.ts';
import { withoutMaskErrors } from '@berth/plugin-kit/contract/kept-secrets.ts';
import type { OutputUnit } from '@cfworker/json-schema';
import { msg, t, type Message } from '#words/words.ts';
import { homeOf } from './active-fields.ts';
import { ofChosenBranches } from './branches.ts';
import { pathOf, pointerOf, valueAt } from './changes.ts';
import type { Draft } from './draft.ts';
import type { FormPlan } from './form-plan.types.ts';
import { judge } from './judge.ts';
import { labelOf } from './labels.ts';

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

const drafts = { '2020-12': '2020-12', '2019-09': '2019-09', 'draft-07': '7' } as const;

function inBrowserWords(schema: JsonObject): JsonObject {
  const read: unknown = inReadWords(schema);
  return isObject(read) ? read : schema;
}

/**
 * Every error of the value, one per field and reason. Secrets that were not touched are not judged: only the
 * container knows them.
 */
export function check(schema: JsonObject, base: JsonObject, value: JsonObject): FieldError[] {
  const draft = drafts[draftOf(schema) ?? '2020-12'];
  let units: OutputUnit[];
  try {
    units = ofChosenBranches(judge(inBrowserWords(schema), value, draft).errors);
  } catch {
    // A schema that the browser's library cannot run: the gateway and the container judge.
    return [];
  }
  const judged = units.flatMap((unit) => {
    const error = wordsOf(unit, schema, value);
    return error ? [{ ...error, keyword: unit.keyword }] : [];
  });
  const found = new Map<string, FieldError>();
  for (const { pointer, detail } of withoutMaskErrors(schema, base, value, judged))
    found.set(`${pointer}\n${detail}`, { pointer, detail });
  return [...found.values()];
}

/**
 * Puts each error where it can be seen: at its field, at the nearest one around it where it has none of its
 * own, and at the foot of the form, `''`, where there is none at all. It is named wherever it is not at home.
 */
export function errorsByPlace(
  plan: FormPlan,
  value: Draft,
  errors: readonly FieldError[],
  definitions: JsonObject,
): ReadonlyMap<string, string[]> {
  if (errors.length === 0) return noErrors;
  const places = new Map<string, string[]>();
  for (const error of errors) {
    if ('isName' in error) continue;
    const { pointer, detail } = error;
    const path = pathOf(pointer);
    const home = homeOf(plan.root, value, path, definitions);
    const place = pointerOf(home);
    const words =
      home.length === path.length ? sentence(detail) : `${labelOf(plan.root, path)}: ${sentence(detail)}`;
    places.set(place, [...(places.get(place) ?? []), words]);
  }
  return places;
}

/** The same for all, so that nothing is drawn again while nothing is wrong. */
const noErrors: ReadonlyMap<string, string[]> = new Map();

/** A container's library says `must be string`; several of them in a row are sentences. */
function sentence(detail: string): string {
  const text = detail.trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
}

function wordsOf(unit: OutputUnit, schema: JsonObject, value: JsonObject): FieldError | null {
  if (wrappers.has(unit.keyword)) return null;
  // The library says places as fragments of a URI, and the form knows its fields by plain pointers.
  const path = pathOf(unit.instanceLocation);
  const pointer = pointerOf(path);
  const limit = valueAt(schema, pathOf(unit.keywordLocation));
  const says = (detail: string): FieldError => ({ pointer, detail });
  switch (unit.keyword) {
    case 'required': {
      const name = /required property "(.*)"/s.exec(unit.error)?.[1];
      return name === undefined
        ? says(t('Something is missing here.'))
        : { pointer: pointerOf([...path, name]), detail: t('Fill this in.') };
    }
    case 'minLength':
      return says(
        limit === 1 ? t('Fill this in.') : t('Use at least {limit} characters.', { limit: shown(limit) }),
      );
    case 'maxLength':
      return says(t('Use at most {limit} characters.', { limit: shown(limit) }));
    case 'minimum':
      return says(t('Choose {limit} or more.', { limit: shown(limit) }));
    case 'maximum':
      return says(t('Choose {limit} or less.', { limit: shown(limit) }));
    case 'exclusiveMinimum':
      return says(t('Choose more than {limit}.', { limit: shown(limit) }));
    case 'exclusiveMaximum':
      return says(t('Choose less than {limit}.', { limit: shown(limit) }));
    case 'multipleOf':
      return says(t('Choose a multiple of {limit}.', { limit: shown(limit) }));
    case 'minItems':
      return says(t('Add at least {limit}.', { limit: shown(limit) }));
    case 'maxItems':
      return says(t('Keep at most {limit}.', { limit: shown(limit) }));
    case 'uniqueItems':
      return says(t('Each entry may be here once only.'));
    case 'pattern':
      return says(patternWords(schema, unit));
    case 'format':
      return says(formatWords(limit));
    case 'enum':
    case 'const':
      return says(t('Choose one of the values offered.'));
    case 'type':
      return says(typeWords(limit, valueAt(value, path)));
    case 'oneOf':
    case 'anyOf':
      return says(t('This fits none of the forms that are allowed here.'));
    default:
      return says(t('This is not allowed here.'));
  }
}

function patternWords(schema: JsonObject, unit: OutputUnit): string {
  const owner = valueAt(schema, pathOf(unit.keywordLocation).slice(0, -1));
  const examples =
    isObject(owner) && Array.isArray(owner['examples'])
      ? owner['examples'].filter((example) => typeof example === 'string')
      : [];
  return examples.length > 0
    ? t('This is not spelt as it must be. For example: {example}', { example: examples[0] })
    : t('This is not spelt as it must be.');
}

const formats: Readonly<Record<string, Message>> = {
  uri: msg('Write a whole address, such as https://example.org/.'),
  email: msg('Write an e-mail address, such as ada@example.org.'),
  date: msg('Write a date, such as 2026-01-31.'),
  'date-time': msg('Write a date and time, such as 2026-01-31T18:00:00Z.'),
  time: msg('Write a time with its zone, such as 18:00:00Z.'),
  duration: msg('Write a duration, such as PT15M for 15 minutes.'),
  hostname: msg('Write a host name, such as example.org.'),
  ipv4: msg('Write an IPv4 address, such as 192.0.2.1.'),
  ipv6: msg('Write an IPv6 address, such as 2001:db8::1.'),
};

function formatWords(format: Json | undefined): string {
  return t(
    (typeof format === 'string' ? formats[format] : undefined) ?? msg('This is not spelt as it must be.'),
  );
}

const types: Readonly<Record<string, Message>> = {
  integer: msg('Write a whole number.'),
  number: msg('Write a number.'),
  string: msg('Write a text.'),
  boolean: msg('This must be on or off.'),
  array: msg('This must be a list.'),
  object: msg('This must be a group of fields.'),
};

function typeWords(type: Json | undefined, value: Json | undefined): string {
  if (value === undefined || value === null) return t('Fill this in.');
  const one = typeof type === 'string' ? types[type] : undefined;
  return t(one ?? msg('This is of the wrong kind.'));
}

function shown(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '…';
}
