import { msg, t, termOf, type Message } from '../words/words.ts';

/** Proposals in words. */
const fieldNames: Readonly<Record<string, Message>> = {
  folder: msg('Folder'),
  title: msg('Title'),
  file_name: msg('File name'),
  type: msg('Type'),
  correspondent: msg('Correspondent'),
  date: msg('Date'),
  tags: msg('Tags'),
  invoice_number: msg('Invoice number'),
  amount: msg('Amount'),
  due_date: msg('Due date'),
  iban: msg('IBAN'),
};

/** @returns the field in the reader's words; one of another version as it is called there */
export function fieldName(field: string): string {
  return termOf(fieldNames, field);
}

export function valueWords(value: string | readonly string[] | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : value.join(', ');
}

/** 0.9649 → "96 %". */
export function percent(confidence: number): string {
  return `${Math.floor(confidence * 100 + 1e-6)} %`;
}

/** Where a proposal comes from. */
export function sourceWords(method: string, page: number | null): string {
  if (method === 'neighbours') return t('From documents like it');
  if (method === 'provider') return t('From the model');
  if (method === 'e-invoice')
    return page === null ? t('From its e-invoice') : t('From its e-invoice, page {page}', { page });
  return page === null ? t('From its text') : t('From its text, page {page}', { page });
}

/** What a person typed, as the field takes it: tags are parted by commas. */
export function typedValue(field: string, typed: string): string | readonly string[] {
  if (field !== 'tags') return typed.trim();
  return typed
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
