/**
 * What an attached e-invoice says, as proposals that a person confirms: real PDFs, a real database, over
 * HTTP.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cii, pdfWithXml } from '../testing/e-invoices.ts';
import { startService, until, type TestService } from '../testing/service.ts';

type Shown = {
  field: string;
  value: unknown;
  is_new: boolean;
  confidence: number;
  source: { method: string };
};
type Answer = { items: Shown[]; run: { state: string } | null; fields: { key: string; value: unknown }[] };

const superuser = { superuser: true };
const editor = { groups: ['doc-service-admin'] };
const json = { 'content-type': 'application/json' };
let service: TestService;

beforeAll(async () => {
  service = await startService();
  const field = { name: 'Rechnungsnummer', kind: 'text' };
  await service.ask('/documents/fields', {
    ...superuser,
    method: 'POST',
    headers: json,
    body: JSON.stringify(field),
  });
});
afterAll(() => service?.close());

const ask = async (path: string, init: Parameters<TestService['ask']>[1] = {}): Promise<Answer> => {
  const answer = await service.ask(path, { ...superuser, ...init });
  const body: Answer = await answer.json();
  return body;
};
const arrived = async (name: string, xml: string): Promise<string> => {
  await service.drop(name, await pdfWithXml(xml, `Rechnung ${name}`));
  const { items } = await until(
    () => service.json('/documents?status=searchable', editor),
    ({ items: all }) => all.some(({ filename }) => filename === name),
  );
  const id = items.find(({ filename }) => filename === name)?.id ?? '';
  await service.app.suggestions.makeDue();
  await until(
    () => ask(`/documents/${id}/suggestions`),
    ({ run }) => run?.state === 'done',
  );
  return id;
};
const confirm = (id: string, as: object) =>
  service.ask(`/documents/${id}/suggestions/amount/confirm`, { ...as, method: 'POST' });

test('I15: what an e-invoice says is proposed word for word with the highest confidence', async () => {
  const id = await arrived('scan_1.pdf', cii);
  const { items } = await ask(`/documents/${id}/suggestions`);
  const exact = items.filter(({ source }) => source.method === 'e-invoice');
  expect(Object.fromEntries(exact.map(({ field, value }) => [field, value]))).toEqual({
    title: 'Invoice RE-2026/0815 Müller & Söhne GmbH',
    file_name: expect.stringMatching(/^2026-01-31 .*0815/),
    type: 'Invoice',
    correspondent: 'Müller & Söhne GmbH',
    date: '2026-01-31',
    invoice_number: 'RE-2026/0815',
    amount: '690.00 EUR',
    due_date: '2026-02-28',
    iban: 'DE89370400440532013000',
  });
  expect(new Set(exact.map(({ confidence }) => confidence))).toEqual(new Set([1]));
  // The archive has a field for the number, and none for the amount.
  const isNew = (field: string) => exact.find((one) => one.field === field)?.is_new;
  expect([isNew('invoice_number'), isNew('amount')]).toEqual([false, true]);
  const inbox: { items: { document: { id: string }; confidence: number }[] } = await (
    await service.ask('/documents/suggestions', editor)
  ).json();
  expect(inbox.items.find(({ document }) => document.id === id)?.confidence).toBe(1);
});

test('I15: confirming makes the new field only for one who may, and the value is the field’s', async () => {
  const id = await arrived('scan_2.pdf', cii.replaceAll('RE-2026/0815', 'RE-2'));
  const refused = await confirm(id, editor);
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain('A superuser adds the field Amount first');
  expect((await confirm(id, superuser)).status).toBe(200);
  const { fields } = await ask(`/documents/${id}`);
  expect(fields).toMatchObject([{ key: 'amount', value: { amount: '690.00', currency: 'EUR' } }]);
  // A batch of an editor takes what there is a field for, and leaves the rest.
  const batch = await service.ask('/documents/suggestions/confirm', {
    ...editor,
    method: 'POST',
    headers: json,
    body: '{}',
  });
  expect(batch.status).toBe(200);
  expect((await ask(`/documents/${id}`)).fields).toMatchObject([
    { key: 'amount' },
    { key: 'rechnungsnummer', value: 'RE-2' },
  ]);
  // An editor is shown nothing that only a superuser could accept: the document waits for one no more.
  const shown = (await ask(`/documents/${id}/suggestions`, { ...editor, superuser: false })).items;
  expect(shown.map(({ field }) => field)).not.toContain('iban');
  const inbox: { items: { document: { id: string } }[] } = await (
    await service.ask('/documents/suggestions', editor)
  ).json();
  expect(inbox.items.map(({ document }) => document.id)).not.toContain(id);
  const left = (await ask(`/documents/${id}/suggestions`)).items.filter(
    (one) => one.source.method === 'e-invoice',
  );
  expect(left.map(({ field }) => field)).toEqual(expect.arrayContaining(['due_date', 'iban']));
});

test('I15: a value that a person set is not proposed over, and broken XML proposes nothing', async () => {
  const id = await arrived('scan_3.pdf', cii.replaceAll('RE-2026/0815', 'RE-3'));
  await service.ask(`/documents/${id}/fields`, {
    ...editor,
    method: 'PATCH',
    headers: json,
    body: JSON.stringify({ fields: { rechnungsnummer: 'mine' } }),
  });
  const pending = (await ask(`/documents/${id}/suggestions`)).items.map(({ field }) => field);
  expect(pending).toContain('iban');
  expect(pending).not.toContain('invoice_number');
  const broken = await arrived('scan_4.pdf', cii.slice(0, 900));
  const proposed = (await ask(`/documents/${broken}/suggestions`)).items;
  expect(proposed.filter(({ source }) => source.method === 'e-invoice')).toEqual([]);
});
