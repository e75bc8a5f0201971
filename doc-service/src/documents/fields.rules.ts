/** Fields that an archive has of its own: what may be said of them, and what a value of each kind is. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import { caseKey } from '#platform/case-key.ts';
import { line } from './line.rules.ts';

export const fieldKinds = ['text', 'number', 'money', 'date', 'choice', 'link'] as const;
export type FieldKind = (typeof fieldKinds)[number];
export type Field = { id: string; key: string; name: string; kind: FieldKind; choices: string[] };
export type Money = { amount: string; currency: string };
/** As it is answered: a text, a number, money, a day such as `2026-03-31`, a choice, or the id of a document. */
export type FieldValue = string | number | Money;
/** By the ids of the fields; null takes the value away. */
export type FieldValues = Record<string, FieldValue | null>;

export const maxFields = 100;
const maxChoices = 200;
/** Words that filters have already. */
const taken = new Set(
  'after before category correspondent date field folder has is name note page q source status tag title trash type'.split(
    ' ',
  ),
);

export const fieldName = line('a name', 60).superRefine((name, { addIssue }) => {
  const key = fieldKey(name);
  if (key === '') addIssue('must have a letter or a digit');
  if (taken.has(key)) addIssue('is a word that filters have already');
});
const choices = z
  .array(line('a choice', 100), 'must be a list of choices')
  .max(maxChoices, say`must be at most ${maxChoices} choices`)
  .transform((all) => [...new Map(all.map((one) => [caseKey(one), one])).values()]);

export const newField = z
  .strictObject({
    name: fieldName,
    kind: z.enum(fieldKinds, say`must be one of ${fieldKinds.join(', ')}`),
    choices: choices.default([]),
  })
  .superRefine(({ kind, choices: given }, context) => {
    if (kind === 'choice' && given.length === 0)
      context.addIssue({ code: 'custom', path: ['choices'], message: 'must name a choice' });
    if (kind !== 'choice' && given.length > 0)
      context.addIssue({ code: 'custom', path: ['choices'], message: 'belong to a field of choices' });
  });
export const fieldChange = z
  .strictObject({ name: fieldName.optional(), choices: choices.optional() })
  .refine((change) => Object.keys(change).length > 0, 'must say what to change');
export const fieldsBody = z.strictObject({
  fields: z
    .record(z.string(), z.unknown(), 'must be values by the keys of fields')
    .refine((values) => Object.keys(values).length <= maxFields, say`must be at most ${maxFields}`),
});

/** `Invoice number` is `invoice-number` in a filter. */
export function fieldKey(name: string): string {
  return caseKey(name.normalize('NFKC'))
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}

const decimal = /^-?\d{1,15}(\.\d{1,6})?$/;
const valueOf = {
  text: line('a value', 1000),
  number: z.number('must be a number').refine((value) => Math.abs(value) < 1e15, 'must be less than 10^15'),
  money: z.strictObject({
    amount: z.string('must be a text such as 12.50').regex(decimal, 'must be a number such as 12.50'),
    currency: z
      .string('must be a currency such as EUR')
      .regex(/^[A-Z]{3}$/, 'must be a currency such as EUR'),
  }),
  date: z.iso.date('must be a date such as 2026-03-31'),
  link: z.uuid('must be the id of a document'),
};

/** @returns null for null, which takes the value away */
export function readValue(
  field: Field,
  given: unknown,
): { ok: true; value: FieldValue | null } | { ok: false; detail: string } {
  if (given === null) return { ok: true, value: null };
  if (field.kind === 'choice') {
    const chosen = field.choices.find((one) => typeof given === 'string' && caseKey(one) === caseKey(given));
    return chosen === undefined
      ? { ok: false, detail: say`must be one of ${field.choices.slice(0, 10).join(', ')}` }
      : { ok: true, value: chosen };
  }
  const read = valueOf[field.kind].safeParse(given);
  return read.success
    ? { ok: true, value: read.data }
    : { ok: false, detail: read.error.issues[0]?.message ?? 'is no value of this field' };
}

/** What a value is found by. */
export function soughtBy(value: FieldValue): {
  value_key: string;
  number: string | null;
  day: string | null;
} {
  if (typeof value === 'number') return { value_key: String(value), number: String(value), day: null };
  if (typeof value === 'string') {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
    return { value_key: caseKey(value), number: null, day: isDay ? value : null };
  }
  return { value_key: caseKey(`${value.amount} ${value.currency}`), number: value.amount, day: null };
}

/** In words, for what a document is found by. */
export function fieldText(value: FieldValue): string {
  return typeof value === 'object' ? `${value.amount} ${value.currency}` : String(value);
}
