/** Which fields of the archive's own a proposal fills: the one there is under a known name, or a new one. */
import { ownFields, type OwnField } from './suggestions.types.ts';

/** @property name of the field that is made where none of these keys is there */
export type OwnFieldSpec = { name: string; kind: 'text' | 'money' | 'date'; keys: readonly string[] };
/** A field as the archive has it. */
export type ArchiveField = { id: string; key: string; kind: string };

export const ownFieldSpecs: Readonly<Record<OwnField, OwnFieldSpec>> = {
  invoice_number: {
    name: 'Invoice number',
    kind: 'text',
    keys: ['invoice-number', 'invoice-no', 'rechnungsnummer', 'rechnungsnr', 'rechnung-nr'],
  },
  amount: {
    name: 'Amount',
    kind: 'money',
    keys: ['amount', 'total', 'invoice-amount', 'betrag', 'summe', 'rechnungsbetrag'],
  },
  due_date: {
    name: 'Due date',
    kind: 'date',
    keys: ['due-date', 'due', 'payable-until', 'fällig', 'fällig-am', 'fälligkeit', 'zahlbar-bis'],
  },
  iban: { name: 'IBAN', kind: 'text', keys: ['iban'] },
};

export function isOwnField(field: string): field is OwnField {
  return ownFields.some((one) => one === field);
}

/** @returns null where the archive has none of these names; a field of another kind than it takes is none */
export function fieldFor<Given extends ArchiveField>(field: OwnField, all: readonly Given[]): Given | null {
  const { keys, kind } = ownFieldSpecs[field];
  for (const key of keys) {
    const found = all.find((one) => one.key === key && (one.kind === kind || one.kind === 'text'));
    if (found) return found;
  }
  return null;
}

/** Of `all`, what has a value already under any of its names. */
export function filledOf(filled: readonly string[]): OwnField[] {
  return ownFields.filter((field) => ownFieldSpecs[field].keys.some((key) => filled.includes(key)));
}
