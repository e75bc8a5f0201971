/**
 * An invoice that is attached to a PDF as XML: ZUGFeRD, Factur-X and XRechnung, in the syntaxes CII and UBL (EN 16931).
 * What is read is what is written: nothing is guessed and nothing is calculated.
 */
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import type { Attachment } from './beside-text.ts';
import type { EInvoice, EInvoiceFound } from './e-invoice.types.ts';

const maxCharacters = 300;
const invoiceNames = /(?:factur-?x|zugferd|xrechnung|invoice|rechnung)/i;
const roots = new Set(['CrossIndustryInvoice', 'CrossIndustryDocument', 'Invoice', 'CreditNote']);

/** @returns the first attachment that is an invoice, or says by its name that it is one; null for none */
export function eInvoiceIn(attachments: readonly Attachment[]): EInvoiceFound | null {
  const read = attachments.map(({ name, bytes }) => eInvoiceOf(name, bytes)).filter((one) => one !== null);
  return read.find(({ ok }) => ok) ?? read[0] ?? null;
}

function eInvoiceOf(file: string, bytes: Uint8Array): EInvoiceFound | null {
  const broken = (detail: string): EInvoiceFound | null =>
    invoiceNames.test(file) ? { ok: false, file, detail } : null;
  if (bytes.length === 0) return broken('It is empty, or too large for an invoice.');
  const xml = decoded(bytes);
  // An invoice declares no entities: what does means harm.
  if (/<!DOCTYPE/i.test(xml)) return broken('It declares a document type, which an invoice never does.');
  let root: XmlElement | null = null;
  try {
    root = parseXml(xml).root;
  } catch {
    return broken('It is not well-formed XML.');
  }
  if (!root || !roots.has(localName(root))) return broken('It is XML, but no invoice of a known kind.');
  const isUbl = localName(root) === 'Invoice' || localName(root) === 'CreditNote';
  return checked(file, isUbl ? fromUbl(root) : fromCii(root));
}

type Raw = { [Key in keyof EInvoice]: string | null };

function fromCii(root: XmlElement): Raw {
  const document = child(root, 'ExchangedDocument', 'HeaderExchangedDocument');
  const context = child(root, 'ExchangedDocumentContext', 'SpecifiedExchangedDocumentContext');
  const trade = child(root, 'SupplyChainTradeTransaction', 'SpecifiedSupplyChainTradeTransaction');
  const agreement = child(trade, 'ApplicableHeaderTradeAgreement', 'ApplicableSupplyChainTradeAgreement');
  const settlement = child(trade, 'ApplicableHeaderTradeSettlement', 'ApplicableSupplyChainTradeSettlement');
  const sums = child(
    settlement,
    'SpecifiedTradeSettlementHeaderMonetarySummation',
    'SpecifiedTradeSettlementMonetarySummation',
  );
  const accounts = children(settlement, 'SpecifiedTradeSettlementPaymentMeans').map((means) =>
    text(means, 'PayeePartyCreditorFinancialAccount', 'IBANID'),
  );
  const due = children(settlement, 'SpecifiedTradePaymentTerms').map((terms) =>
    ciiDate(child(terms, 'DueDateDateTime')),
  );
  return {
    format: `CII ${text(context, 'GuidelineSpecifiedDocumentContextParameter', 'ID') ?? ''}`.trim(),
    type_code: text(document, 'TypeCode'),
    number: text(document, 'ID'),
    issue_date: ciiDate(child(document, 'IssueDateTime')),
    due_date: due.find((one) => one !== null) ?? null,
    currency: text(settlement, 'InvoiceCurrencyCode'),
    total: text(sums, 'GrandTotalAmount'),
    payable: text(sums, 'DuePayableAmount'),
    iban: accounts.find((one) => one !== null) ?? null,
    payment_reference: text(settlement, 'PaymentReference'),
    buyer_reference: text(agreement, 'BuyerReference'),
    order_number:
      text(agreement, 'BuyerOrderReferencedDocument', 'IssuerAssignedID') ??
      text(agreement, 'BuyerOrderReferencedDocument', 'ID'),
    seller: text(agreement, 'SellerTradeParty', 'Name'),
    buyer: text(agreement, 'BuyerTradeParty', 'Name'),
  };
}

function fromUbl(root: XmlElement): Raw {
  const means = children(root, 'PaymentMeans');
  const party = (name: string): string | null => {
    const of = child(child(root, name), 'Party');
    return text(of, 'PartyLegalEntity', 'RegistrationName') ?? text(of, 'PartyName', 'Name');
  };
  return {
    format: `UBL ${text(root, 'CustomizationID') ?? ''}`.trim(),
    type_code: text(root, 'InvoiceTypeCode') ?? text(root, 'CreditNoteTypeCode'),
    number: text(root, 'ID'),
    issue_date: text(root, 'IssueDate'),
    due_date: text(root, 'DueDate') ?? text(means[0] ?? null, 'PaymentDueDate'),
    currency: text(root, 'DocumentCurrencyCode'),
    total: text(root, 'LegalMonetaryTotal', 'TaxInclusiveAmount'),
    payable: text(root, 'LegalMonetaryTotal', 'PayableAmount'),
    iban: means.map((one) => text(one, 'PayeeFinancialAccount', 'ID')).find((one) => one !== null) ?? null,
    payment_reference: means.map((one) => text(one, 'PaymentID')).find((one) => one !== null) ?? null,
    buyer_reference: text(root, 'BuyerReference'),
    order_number: text(root, 'OrderReference', 'ID'),
    seller: party('AccountingSupplierParty'),
    buyer: party('AccountingCustomerParty'),
  };
}

function checked(file: string, raw: Raw): EInvoiceFound {
  const { format, number, issue_date: issued, currency, total, seller } = raw;
  const wrong = (detail: string): EInvoiceFound => ({ ok: false, file, detail });
  if (number === null) return wrong('It has no number.');
  if (issued === null || !isDate(issued)) return wrong('It has no date of issue that is a date.');
  if (raw.due_date !== null && !isDate(raw.due_date)) return wrong('Its due date is no date.');
  if (currency === null || !/^[A-Z]{3}$/.test(currency)) return wrong('It names no currency.');
  if (total === null || !isAmount(total)) return wrong('It has no total that is a number.');
  if (raw.payable !== null && !isAmount(raw.payable)) return wrong('The amount due is no number.');
  if (seller === null) return wrong('It names no seller.');
  const iban = raw.iban?.replaceAll(/\s/g, '').toUpperCase() ?? null;
  if (iban !== null && !isIban(iban)) return wrong('Its IBAN has a wrong check digit.');
  const certain = { format: format ?? '', number, issue_date: issued, currency, total, seller };
  return { ok: true, file, invoice: { ...raw, ...certain, iban } };
}

function isDate(value: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : null;
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function isAmount(value: string): boolean {
  return /^-?\d{1,15}(?:\.\d{1,6})?$/.test(value);
}

/** ISO 13616: the remainder of the number that the letters stand for is 1. */
export function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z\d]{11,30}$/.test(iban)) return false;
  let rest = 0;
  for (const character of `${iban.slice(4)}${iban.slice(0, 4)}`)
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** `20260131`, in the format 102. */
function ciiDate(element: XmlElement | null): string | null {
  const found = element && text(element, 'DateTimeString');
  const parts = found ? /^(\d{4})(\d{2})(\d{2})$/.exec(found) : null;
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}` : found;
}

function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1);
}

function children(parent: XmlElement | null, ...names: readonly string[]): XmlElement[] {
  const elements = (parent?.children ?? []).flatMap((node) => (node instanceof XmlElement ? [node] : []));
  return elements.filter((element) => names.includes(localName(element)));
}

function child(parent: XmlElement | null, ...names: readonly string[]): XmlElement | null {
  return children(parent, ...names)[0] ?? null;
}

/** Of the element at the end of a path; null for none, and for one that is empty. */
function text(parent: XmlElement | null, ...path: readonly string[]): string | null {
  let element = parent;
  for (const name of path) element = child(element, name);
  const found = element?.text.replaceAll(/\s+/g, ' ').trim().slice(0, maxCharacters) ?? '';
  return found === '' ? null : found;
}

/** As its first line says; UTF-8 where that says nothing that is known. */
function decoded(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const named = /^[^<]*<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(named).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
