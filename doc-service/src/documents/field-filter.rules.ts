/** Filters by fields: `invoice-number:RE-2024/001`, `amount:100..200`, `due:2026-01..2026-03`, `due:*`. */

import type { FieldFilter } from './documents.types.ts';

/** @property until the first day that is not wanted; either side may be open */
export type Days = { from: string | null; until: string | null };
/** What may be meant; the kind of the field decides which of them it is. */
export type Sought =
  | { is: 'there' }
  | { is: 'range'; numbers: { least: string | null; most: string | null } | null; days: Days | null }
  | { is: 'value'; key: string; number: string | null; days: Days | null };

const numeric = /^-?\d{1,15}(\.\d{1,6})?$/;

/** @returns null when there is no `:` in it, or nothing at one of its sides */
export function readFieldFilter(text: string): FieldFilter | null {
  const at = text.indexOf(':');
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  return at < 1 || key === '' || value === '' ? null : { key: key.normalize('NFC').toLowerCase(), value };
}

export function soughtIn(value: string): Sought {
  if (value === '*') return { is: 'there' };
  const [, from = '', to = ''] = /^(.*)\.\.(.*)$/.exec(value) ?? [];
  if (from !== '' || to !== '') {
    const isNumeric = [from, to].every((one) => one === '' || numeric.test(one));
    const numbers = isNumeric ? { least: from || null, most: to || null } : null;
    const [first, last] = [periodOf(from), periodOf(to)];
    const isDays = (first !== null || from === '') && (last !== null || to === '');
    const days = isDays ? { from: first?.from ?? null, until: last?.until ?? null } : null;
    if (numbers || days) return { is: 'range', numbers, days };
  }
  const number = numeric.test(value) ? value : null;
  return { is: 'value', key: value.normalize('NFC').toLowerCase(), number, days: periodOf(value) };
}

/** `2026`, `2026-03` or `2026-03-31`. */
function periodOf(text: string): { from: string; until: string } | null {
  const [, year = '', month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
  if (year === '') return null;
  const from = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  if (Number.isNaN(from.getTime()) || (day && from.getUTCDate() !== Number(day))) return null;
  const until = new Date(from);
  if (day) until.setUTCDate(until.getUTCDate() + 1);
  else if (month) until.setUTCMonth(until.getUTCMonth() + 1);
  else until.setUTCFullYear(until.getUTCFullYear() + 1);
  return { from: from.toISOString().slice(0, 10), until: until.toISOString().slice(0, 10) };
}
