/** What an invoice says that is attached to a PDF as XML. */

/** Dates are `YYYY-MM-DD`, amounts decimal digits as they are written; null where the invoice does not say. */
export type EInvoice = {
  /** `CII` or `UBL`, and the profile that it names. */
  format: string;
  /** Such as 380 for an invoice and 381 for a credit note (UNTDID 1001). */
  type_code: string | null;
  number: string;
  issue_date: string;
  due_date: string | null;
  currency: string;
  /** With taxes. */
  total: string;
  /** Still to be paid. */
  payable: string | null;
  iban: string | null;
  payment_reference: string | null;
  buyer_reference: string | null;
  order_number: string | null;
  seller: string;
  buyer: string | null;
};
/** @property file the name of the attachment */
export type EInvoiceFound =
  | { ok: true; file: string; invoice: EInvoice }
  | { ok: false; file: string; detail: string };
