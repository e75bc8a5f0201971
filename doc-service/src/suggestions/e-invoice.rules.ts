/** What an attached e-invoice says exactly, as proposals: a person confirms these, too. */
import { fieldFor, type ArchiveField } from './own-fields.rules.ts';
import type { Vocabulary } from './archive.rules.ts';
import type { Field, Invoice, OwnField, Proposal, Subject, Value } from './suggestions.types.ts';
import { fileNameOf } from './title.rules.ts';

const reason = 'Word for word.';
const maxTitle = 100;
/** UNTDID 1001: credit notes. */
const creditNotes = new Set(['381', '261', '262', '396', '532']);

export function invoiceProposals(
  subject: Pick<Subject, 'title' | 'filename'>,
  invoice: Invoice,
  vocabulary: Vocabulary & { ownFields: readonly ArchiveField[] },
  open: ReadonlySet<Field>,
): Proposal[] {
  const kind = creditNotes.has(invoice.type_code ?? '') ? 'Credit note' : 'Invoice';
  const type = typeOf(kind, vocabulary);
  const seller = invoice.seller.slice(0, 200).trim();
  const sender = vocabulary.correspondent(seller);
  const title = `${type ?? kind} ${invoice.number} ${seller}`.slice(0, maxTitle).toWellFormed().trim();
  const fileName = fileNameOf(title, { date: invoice.issue_date });
  const own = (field: OwnField, value: string | null): Proposal[] =>
    value === null ? [] : [exactly(field, value, fieldFor(field, vocabulary.ownFields) === null)];
  const found = [
    ...(title === subject.title ? [] : [exactly('title', title, false)]),
    ...(fileName === '' || fileName === subject.filename ? [] : [exactly('file_name', fileName, false)]),
    exactly('type', type ?? kind, type === null),
    exactly('correspondent', sender ?? seller, sender === null),
    exactly('date', invoice.issue_date, false),
    ...own('invoice_number', invoice.number),
    ...own('amount', `${invoice.payable ?? invoice.total} ${invoice.currency}`),
    ...own('due_date', invoice.due_date),
    ...own('iban', invoice.iban),
  ];
  return found.filter(({ field }) => open.has(field));
}

/** In the language of the archive, where it has such a type. */
function typeOf(kind: 'Invoice' | 'Credit note', { type }: Vocabulary): string | null {
  const names = kind === 'Invoice' ? ['Invoice', 'Rechnung'] : ['Credit note', 'Gutschrift'];
  return names.map((name) => type(name)).find((known) => known !== null) ?? null;
}

function exactly(field: Field, value: Value, isNew: boolean): Proposal {
  return { field, value, isNew, reason, confidence: 1, method: 'e-invoice', page: null };
}
