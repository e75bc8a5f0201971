import { expect, test } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { axeFindings, desktop, lookAt, phone, preparePage } from './harness/visit.ts';

const visit = preparePage();
const invoice = {
  source: 'e-invoice',
  file: 'factur-x.xml',
  error: null,
  number: 'RE-2026/0815',
  seller: 'Müller & Söhne GmbH',
  buyer: 'Harbour Light eG',
  issue_date: '2026-01-31',
  due_date: '2026-02-28',
  currency: 'EUR',
  total: '1190.00',
  payable: '690.00',
  iban: 'DE89370400440532013000',
  payment_reference: null,
  order_number: null,
};

test.each([
  ['desktop', 'light', desktop],
  ['phone', 'dark', phone],
])(
  'I15 I6: an invoice and pages that wait are told beside the document (%s, %s)',
  async (_, theme, viewport) => {
    const [first, ...others] = household(6);
    if (!first) throw new Error('There is no document.');
    const ocr = { waiting: 3, read: 1, failed: 0, detail: null };
    const archive = fakeDocuments([{ ...first, pages: 9, read_pages: 5, ocr, invoice }, ...others]);
    const { page, frame } = await visit(archive, `#/documents/${first.id}`, { theme, viewport });
    const panel = frame.getByRole('region', { name: 'Electronic invoice' });
    await panel.waitFor();
    const shown = await panel.innerText();
    expect(shown).toContain('RE-2026/0815');
    expect(shown).toMatch(/1[.,]190[.,]00/);
    expect(shown).toContain('DE89 3704 0044 0532 0130 00');
    const reading = await frame.getByRole('region', { name: 'Reading' }).innerText();
    expect(reading).toContain('3 pages wait to be read from their picture.');
    expect(reading).toContain('1 page was read from a picture.');
    expect(reading).toContain('Read up to page 5 of 9');
    await panel.scrollIntoViewIfNeeded();
    await lookAt(page, `what-was-read-${theme}`);
    expect(await axeFindings(frame)).toEqual([]);
  },
);

test('I15: a broken invoice is told, and shows no field', async () => {
  const [first, ...others] = household(6);
  if (!first) throw new Error('There is no document.');
  const broken = { source: 'e-invoice', file: 'factur-x.xml', error: 'It is not well-formed XML.' };
  const archive = fakeDocuments([{ ...first, invoice: broken }, ...others]);
  const { frame } = await visit(archive, `#/documents/${first.id}`);
  const panel = frame.getByRole('region', { name: 'Electronic invoice' });
  await panel.getByText('It is not well-formed XML.').waitFor();
  expect(await panel.locator('dt').count()).toBe(0);
});
