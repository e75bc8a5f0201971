import boxStyles from './boxes.module.css';
import styles from './what-was-read.module.css';
import type { Invoice } from '../api/reading-wire.ts';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { formatCount, type Reader } from '../model/format.ts';
import { t } from '../words/words.ts';

/**
 * How much of the document could be read, where that is not all of its text; and the invoice that is attached
 * to it.
 */
export function WhatWasRead({ document }: { document: DocumentDetail }) {
  const { reader } = useSurroundings();
  const notes = notesOf(document, reader);
  return (
    <>
      {notes.length > 0 && (
        <section className={boxStyles['box']} aria-label={t('Reading')}>
          {notes.map((note) => (
            <p key={note} className={boxStyles['aside']}>
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
  if (ocr !== null && ocr.waiting > 0)
    notes.push(
      t(
        '{count, plural, one {1 page waits to be read from its picture.} other {# pages wait ' +
          'to be read from their picture.}}',
        { count: ocr.waiting },
      ),
    );
  if (ocr !== null && ocr.read > 0)
    notes.push(
      t('{count, plural, one {1 page was read from a picture.} other {# pages were read from a picture.}}', {
        count: ocr.read,
      }),
    );
  if (ocr !== null && ocr.failed > 0) notes.push(`${failedWords(ocr.failed)} ${ocr.detail ?? ''}`.trim());
  if (pages !== null && readPages !== null && readPages < pages)
    notes.push(
      t('Read up to page {page} of {pages}: the pages after it can be looked at, but not found.', {
        page: formatCount(readPages, reader),
        pages: formatCount(pages, reader),
      }),
    );
  return notes;
}

function failedWords(count: number): string {
  return t(
    '{count, plural, one {1 page could not be read from a picture.} other {# pages could not ' +
      'be read from a picture.}}',
    { count },
  );
}

function AttachedInvoice({ invoice, reader }: { invoice: Invoice; reader: Reader }) {
  if (invoice.error !== null)
    return (
      <section className={boxStyles['box']} aria-label={t('Electronic invoice')}>
        <h2>{t('Electronic invoice')}</h2>
        <p className={boxStyles['bad']}>
          {t('The attached {file} cannot be used.', { file: invoice.file })} {invoice.error}
        </p>
      </section>
    );
  const rows: [string, string | null][] = [
    [t('Invoice number'), invoice.number],
    [t('Seller'), invoice.seller],
    [t('Buyer'), invoice.buyer],
    [t('Issued'), day(invoice.issueDate, reader)],
    [t('Due'), day(invoice.dueDate, reader)],
    [t('Total'), money(invoice.total, invoice.currency, reader)],
    [t('To pay'), money(invoice.payable, invoice.currency, reader)],
    ['IBAN', invoice.iban === null ? null : invoice.iban.replaceAll(/(.{4})(?=.)/g, '$1 ')],
    [t('Reference'), invoice.paymentReference],
    [t('Order'), invoice.orderNumber],
  ];
  return (
    <section className={boxStyles['box']} aria-label={t('Electronic invoice')}>
      <h2>{t('Electronic invoice')}</h2>
      <dl className={boxStyles['facts']}>
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
      <p className={boxStyles['aside']}>
        {t('Word for word from the attached {file}.', { file: invoice.file })}
      </p>
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
