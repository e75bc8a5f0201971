/**
 * Several shapes in one place: those that one control can show come together, and among the others a person
 * chooses.
 */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { type Message, midSentence, msg, t } from '#words/words.ts';
import { commonOf } from '../form-hints.ts';
import type { ChoiceField, Field, Option, TextField } from '../form-plan.types.ts';
import { onOrOff } from './free.plan.ts';
import type { Place } from './plan-walk.ts';

type Found = { schema: JsonObject; field: Field };

export function shapesField(
  schema: JsonObject,
  place: Place,
  { shapes, hasNull }: { shapes: readonly Found[]; hasNull: boolean },
): Field {
  const common = commonOf(schema, place);
  const isNullable = hasNull || common.isNullable || shapes.some(({ field }) => field.isNullable);
  const joined = joinedShapes(shapes.flatMap(({ schema: own, field }) => flat(own, field)));
  const [only] = joined;
  if (!only) return { ...common, isNullable, kind: 'json' };
  if (joined.length > 1) {
    const named = joined.map((one, index) => ({
      ...one,
      title: titleOf(one.field, place.name, index, joined),
    }));
    return { ...common, isNullable, kind: 'shapes', shapes: named };
  }
  // Its texts are those of the whole, which speaks of more than one branch.
  const { title, description, preset, isReadOnly, isDeprecated } = common;
  const whole = { ...only.field, title, description, isReadOnly, isDeprecated };
  const field = preset === undefined ? whole : { ...whole, preset };
  if (field.kind !== 'choice') return { ...field, isNullable };
  const isOffered = !isNullable || field.options.some(({ value }) => value === null);
  return isOffered ? field : { ...field, options: [...field.options, { value: null, label: t('No value') }] };
}

/** Shapes within shapes are shapes of the whole. */
function flat(schema: JsonObject, field: Field): Found[] {
  return field.kind === 'shapes' && !field.isFree ? [...field.shapes] : [{ schema, field }];
}

/**
 * Texts are one text, numbers one number, and constants one choice; JSON, which shows anything, is the last.
 */
function joinedShapes(shapes: readonly Found[]): Found[] {
  const choices = shapes.flatMap(({ field }) => (optionsIn(field) ? [field] : []));
  const options = uniqueOptions(choices.flatMap((field) => optionsIn(field) ?? []));
  const first = shapes.find(({ field }) => optionsIn(field));
  const texts = shapes.flatMap(({ field }) => (field.kind === 'text' ? [field] : []));
  const [text] = texts;
  const offers = options.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  // A text of which some are known by name is one text, with suggestions.
  const isSuggested = text !== undefined && first !== undefined && offers.length === options.length;
  const found: Found[] = [];
  if (first && !isSuggested) {
    const choice: ChoiceField = {
      ...first.field,
      isNullable: false,
      kind: 'choice',
      look: 'select',
      options,
    };
    found.push({ schema: {}, field: options.length > 0 ? choice : first.field });
  }
  if (text) found.push({ schema: {}, field: joinedText(text, texts, isSuggested ? offers : []) });
  const numbers = shapes.flatMap(({ field }) => (field.kind === 'number' ? [field] : []));
  const [number] = numbers;
  if (number) {
    const { min, max, step, ...bare } = number;
    const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    const isWhole = numbers.every((one) => one.isWhole);
    const alone = numbers.length === 1 ? { ...limits, ...(step === undefined ? {} : { step }) } : {};
    found.push({ schema: {}, field: { ...bare, ...alone, look: 'amount', isWhole } });
  }
  const joinedKinds = ['choice', 'toggle', 'text', 'number', 'json', 'shapes'];
  found.push(...shapes.filter(({ field }) => !joinedKinds.includes(field.kind)));
  const anything = shapes.find(({ field }) => field.kind === 'json' || field.kind === 'shapes');
  if (!anything || found.length === 0) return anything ? [anything] : found;
  return [...found, { schema: {}, field: { ...anything.field, kind: 'json' } }];
}

function joinedText(text: TextField, texts: readonly TextField[], offers: readonly string[]): TextField {
  const look = texts.some((one) => one.look === 'lines') ? 'lines' : text.look;
  const format = texts.every((one) => one.format === text.format) ? text.format : '';
  return { ...text, look, format, offers: [...new Set([...text.offers, ...offers])] };
}

/** A switch among shapes is a choice of two. */
function optionsIn(field: Field): readonly Option[] | null {
  if (field.kind === 'choice') return field.options;
  return field.kind === 'toggle' ? onOrOff() : null;
}

function uniqueOptions(options: readonly Option[]): Option[] {
  const labels = options.map(({ value, label }) =>
    typeof value === 'boolean' && label === String(value)
      ? { value, label: value ? t('On') : t('Off') }
      : { value, label },
  );
  return labels.filter(({ value }, at) => labels.findIndex((other) => other.value === value) === at);
}

const words: Readonly<Record<Field['kind'], Message>> = {
  text: msg('Text'),
  number: msg('Number'),
  toggle: msg('On or off'),
  secret: msg('Secret'),
  choice: msg('One of those offered'),
  multi: msg('Several of those offered'),
  list: msg('List'),
  map: msg('Entries by name'),
  group: msg('Fields'),
  kinds: msg('One of several kinds'),
  tuple: msg('List'),
  shapes: msg('Other'),
  json: msg('Anything, as JSON'),
};

function titleOf(field: Field, name: string, index: number, all: readonly { field: Field }[]): string {
  if (field.kind === 'json') return t(words.json);
  if (
    field.title !== name &&
    field.title !== '' &&
    all.filter((one) => one.field.title === field.title).length < 2
  )
    return field.title;
  if (field.kind === 'choice' && field.options.length === 1)
    return field.options[0]?.label ?? t(words.choice);
  const alike = all.filter((one) => one.field.kind === field.kind);
  if (alike.length < 2) return t(words[field.kind]);
  if (
    field.kind === 'list' &&
    alike.every((one) => one.field.kind === 'list' && one.field.item.kind !== field.kind)
  ) {
    const kinds = alike.flatMap((one) => (one.field.kind === 'list' ? [one.field.item.kind] : []));
    if (new Set(kinds).size === kinds.length)
      return t('List: {words}', { words: midSentence(t(words[field.item.kind])) });
  }
  const telling = field.kind === 'group' ? tellingNames(field) : '';
  return telling === '' ? `${t(words[field.kind])} ${index + 1}` : t('With {names}', { names: telling });
}

function tellingNames(field: Extract<Field, { kind: 'group' }>): string {
  const names = field.required.length > 0 ? field.required : [...field.members.keys()];
  const shown = names.slice(0, 3).map((name) => field.members.get(name)?.title ?? name);
  return shown.join(', ') + (names.length > 3 ? ', …' : '');
}
