import styles from './document.module.css';
import type { Invoice } from '../api/reading-wire.ts';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { counted, formatCount, type Reader } from '../model/format.ts';

/** How much of the document could be read, where that is not all of its text; and the invoice that is attached to it. */
export function WhatWasRead({ document }: { document: DocumentDetail }) {
  const { reader } = useSurroundings();
  const notes = notesOf(document, reader);
  return (
    <>
      {notes.length > 0 && (
        <section className={styles['box']} aria-label="Reading">
          {notes.map((note) => (
            <p key={note} className={styles['aside']}>
              {note}
            </p>
          ))}
        </section>
      )}
      {document.invoice !== null && <AttachedInvoice invoice={document.invoice} reader={reader} />}
    </>
  );
}

function notesOf({ ocr, pages, readPages }: DocumentDetail, reader: Reader): string[] {
  const notes: string[] = [];
  const number = (count: number) => counted(count, 'page', 'pages', reader);
  if (ocr !== null && ocr.waiting > 0)
    notes.push(
      ocr.waiting === 1
        ? '1 page waits to be read from its picture.'
        : `${number(ocr.waiting)} wait to be read from their picture.`,
    );
  if (ocr !== null && ocr.read > 0)
    notes.push(`${number(ocr.read)} ${ocr.read === 1 ? 'was' : 'were'} read from a picture.`);
  if (ocr !== null && ocr.failed > 0)
    notes.push(`${number(ocr.failed)} could not be read from a picture. ${ocr.detail ?? ''}`.trim());
  if (pages !== null && readPages !== null && readPages < pages)
    notes.push(
      `Read up to page ${formatCount(readPages, reader)} of ${formatCount(pages, reader)}: ` +
        'the pages after it can be looked at, but not found.',
    );
  return notes;
}

function AttachedInvoice({ invoice, reader }: { invoice: Invoice; reader: Reader }) {
  if (invoice.error !== null)
    return (
      <section className={styles['box']} aria-label="Electronic invoice">
        <h2>Electronic invoice</h2>
        <p className={styles['bad']}>
          The attached {invoice.file} cannot be used. {invoice.error}
        </p>
      </section>
    );
  const rows: [string, string | null][] = [
    ['Number', invoice.number],
    ['Seller', invoice.seller],
    ['Buyer', invoice.buyer],
    ['Issued', day(invoice.issueDate, reader)],
    ['Due', day(invoice.dueDate, reader)],
    ['Total', money(invoice.total, invoice.currency, reader)],
    ['To pay', money(invoice.payable, invoice.currency, reader)],
    ['IBAN', invoice.iban === null ? null : invoice.iban.replaceAll(/(.{4})(?=.)/g, '$1 ')],
    ['Reference', invoice.paymentReference],
    ['Order', invoice.orderNumber],
  ];
  return (
    <section className={styles['box']} aria-label="Electronic invoice">
      <h2>Electronic invoice</h2>
      <dl className={styles['facts']}>
        {rows.map(
          ([name, value]) =>
            value !== null && (
              <div key={name} className={styles['fact']}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <p className={styles['aside']}>Word for word from the attached {invoice.file}.</p>
    </section>
  );
}

function day(iso: string | null, { locale }: Reader): string | null {
  if (iso === null || Number.isNaN(Date.parse(iso))) return iso;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(iso));
}

/** The digits as they are written: nothing is rounded away. */
function money(amount: string | null, currency: string | null, { locale }: Reader): string | null {
  if (amount === null || currency === null || !/^-?\d+(?:\.\d+)?$/.test(amount)) return amount;
  try {
    const digits = Math.max(2, amount.split('.')[1]?.length ?? 0);
    const options = { style: 'currency', currency, maximumFractionDigits: digits } as const;
    return new Intl.NumberFormat(locale, options).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}
