/** What was read of a document, as the API answers it. */

import { amount, isRecord, words } from './json.ts';
import { t } from '../words/words.ts';

/** Pages that are read from their pictures; `detail`: why the first of those that failed did. */
export type PicturePages = { waiting: number; read: number; failed: number; detail: string | null };
/** The invoice that is attached as XML; with `error` it has no fields. */
export type Invoice = {
  file: string;
  error: string | null;
  number: string | null;
  seller: string | null;
  buyer: string | null;
  issueDate: string | null;
  dueDate: string | null;
  currency: string | null;
  total: string | null;
  payable: string | null;
  iban: string | null;
  paymentReference: string | null;
  orderNumber: string | null;
};

export function readPicturePages(json: unknown): PicturePages | null {
  if (!isRecord(json)) return null;
  return {
    waiting: amount(json['waiting']),
    read: amount(json['read']),
    failed: amount(json['failed']),
    detail: words(json['detail']),
  };
}

export function readInvoice(json: unknown): Invoice | null {
  if (!isRecord(json)) return null;
  return {
    file: words(json['file']) ?? t('file'),
    error: words(json['error']),
    number: words(json['number']),
    seller: words(json['seller']),
    buyer: words(json['buyer']),
    issueDate: words(json['issue_date']),
    dueDate: words(json['due_date']),
    currency: words(json['currency']),
    total: words(json['total']),
    payable: words(json['payable']),
    iban: words(json['iban']),
    paymentReference: words(json['payment_reference']),
    orderNumber: words(json['order_number']),
  };
}
