/** Invoices that are attached to a PDF as XML: read exactly, or told what is wrong with them. */
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cii, pdfWithXml, ubl } from '../testing/e-invoices.ts';
import { startService, until, type TestService } from '../testing/service.ts';
import { eInvoiceIn, isIban } from './e-invoice.rules.ts';

const read = (xml: string, name = 'factur-x.xml') => eInvoiceIn([{ name, bytes: Buffer.from(xml) }]);

describe('I15: an e-invoice', () => {
  test('of the syntax CII is read word for word', () => {
    expect(read(cii)).toEqual({
      ok: true,
      file: 'factur-x.xml',
      invoice: {
        format: 'CII urn:cen.eu:en16931:2017',
        type_code: '380',
        number: 'RE-2026/0815',
        issue_date: '2026-01-31',
        due_date: '2026-02-28',
        currency: 'EUR',
        total: '1190.00',
        payable: '690.00',
        iban: 'DE89370400440532013000',
        payment_reference: 'RE-2026/0815',
        buyer_reference: '04011000-12345-67',
        order_number: 'B-77',
        seller: 'Müller & Söhne GmbH',
        buyer: 'Harbour Light eG',
      },
    });
  });

  test('of the first ZUGFeRD has other names for the same', () => {
    const old = cii
      .replaceAll('CrossIndustryInvoice', 'CrossIndustryDocument')
      .replaceAll('rsm:ExchangedDocument>', 'rsm:HeaderExchangedDocument>')
      .replaceAll('rsm:SupplyChainTradeTransaction', 'rsm:SpecifiedSupplyChainTradeTransaction')
      .replaceAll('ApplicableHeaderTrade', 'ApplicableSupplyChainTrade')
      .replaceAll('SettlementHeaderMonetary', 'SettlementMonetary');
    expect(read(old)).toMatchObject({ ok: true, invoice: { number: 'RE-2026/0815', total: '1190.00' } });
  });

  test('of the syntax UBL (XRechnung) is read too', () => {
    expect(read(ubl, 'xrechnung.xml')).toMatchObject({
      ok: true,
      invoice: {
        number: '4711',
        due_date: '2026-03-05',
        total: '84.5',
        iban: 'NL91ABNA0417164300',
        seller: 'Stadtwerke Nordstadt AG',
        buyer: 'Mara Lind',
      },
    });
  });

  test.each([
    ['cut off', cii.slice(0, 900), /not well-formed/],
    ['with a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${ubl}`, /document type/],
    ['with an entity of its own', cii.replace('&amp;', '&lol;'), /not well-formed/],
    ['of another kind', '<note>hello</note>', /no invoice/],
    ['with a wrong check digit', cii.replace('DE89', 'DE88'), /IBAN/],
    ['with a day that is none', cii.replace('20260131', '20260231'), /date of issue/],
    ['with an amount of words', cii.replace('1190.00', 'a lot'), /total/],
    ['as deep as a well', '<a>'.repeat(200_000), /not well-formed/],
    ['of nothing', '', /empty/],
  ])('%s is told, and takes no field', (_, xml, detail) => {
    expect(read(xml)).toMatchObject({ ok: false, detail: expect.stringMatching(detail) });
  });

  test('is no other attachment', () => {
    expect(read('<note>hello</note>', 'notes.xml')).toBeNull();
    expect(eInvoiceIn([])).toBeNull();
    expect(isIban('GB82WEST12345698765432')).toBe(true);
  });
});

describe('I15: through the whole archive', () => {
  let service: TestService;
  beforeAll(async () => (service = await startService()));
  afterAll(() => service?.close());

  test('a PDF answers with its invoice, and a broken one with what is wrong', async () => {
    await service.drop('good.pdf', await pdfWithXml(cii));
    await service.drop('broken.pdf', await pdfWithXml(cii.slice(0, 900)));
    await service.drop('plain.pdf', await pdf('No invoice at all'));
    const { items } = await until(
      () => service.json('/documents?status=searchable'),
      ({ total }) => total === 3,
    );
    const invoiceOf = async (name: string) => {
      const id = items.find(({ filename }) => filename === name)?.id;
      return (await service.json(`/documents/${id}`)).invoice;
    };
    expect(await invoiceOf('good.pdf')).toMatchObject({
      source: 'e-invoice',
      error: null,
      number: 'RE-2026/0815',
      total: '1190.00',
    });
    expect(await invoiceOf('broken.pdf')).toEqual({
      source: 'e-invoice',
      file: 'factur-x.xml',
      error: 'It is not well-formed XML.',
    });
    expect(await invoiceOf('plain.pdf')).toBeNull();
  });
});
