import { withPoint } from '@berth/plugin-kit/frame/words.ts';

import type { Reader } from './format.ts';

type Value = string | number | { amount: string; currency: string };

/** A value of one of the archive's own fields, as the reader writes it. */
export function fieldWords(value: Value, kind: string, { locale }: Reader): string {
  if (typeof value === 'number') return new Intl.NumberFormat(locale).format(value);
  if (typeof value === 'object') {
    const amount = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(Number(value.amount));
    return `${amount} ${value.currency}`;
  }
  if (kind !== 'date') return value;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(value));
}

/** @returns null for nothing, which takes the value away; undefined for what is no value of the kind */
export function typedValue(kind: string, typed: string, { locale }: Reader): Value | null | undefined {
  const trimmed = typed.trim();
  if (trimmed === '') return null;
  if (kind !== 'number' && kind !== 'money') return trimmed;
  const text = withPoint(trimmed, locale);
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined;
  const [, amount, currency] = /^(-?\d{1,15}(?:\.\d{1,6})?) *([a-z]{3})$/i.exec(text) ?? [];
  return amount && currency ? { amount, currency: currency.toUpperCase() } : undefined;
}
