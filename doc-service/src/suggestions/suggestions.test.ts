/** Proposals as people meet them: over HTTP, with a real database and real PDFs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { manifest } from '../manifest.ts';
import { bob, startService, until, type TestService } from '../testing/service.ts';

type Shown = {
  field: string;
  value: unknown;
  current: unknown;
  is_new: boolean;
  confidence: number;
  state: string;
  source: { method: string; page: number | null };
};
type Answer = { items: Shown[]; run: { state: string } | null; may_edit: boolean; undo_id: string | null };
type Inbox = {
  items: {
    document: { id: string; title: string };
    confidence: number;
    folder: string;
    suggestions: Shown[];
  }[];
  total: number;
  next: string | null;
  folders?: { folder: string; count: number; sure: number }[];
};

const editor = { groups: ['doc-service-admin'] };
const json = { 'content-type': 'application/json' };
let service: TestService;

const bill = (number: number, extra = ''): Promise<Uint8Array> =>
  pdf(`Stadtwerke Seedorf GmbH
Hafenweg 4, 24000 Seedorf

Rechnung ${number}
Rechnungsdatum: ${String((number % 27) + 1).padStart(2, '0')}.03.2026

Strom und Wasser, Abschlag, Zählerstand, Grundpreis, Verbrauch in Kilowattstunden.
IBAN DE02 1203 0000 0000 2020 51, kunden@stadtwerke-seedorf.example ${extra}`);
const ask = async <Body>(path: string, init: Parameters<TestService['ask']>[1] = {}): Promise<Body> => {
  const answer = await service.ask(path, { ...editor, ...init });
  const body: Body = await answer.json();
  return body;
};
const post = (path: string, body?: object, as = {}) =>
  service.ask(path, {
    ...editor,
    ...as,
    method: 'POST',
    headers: json,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const suggestionsOf = (id: string) => ask<Answer>(`/documents/${id}/suggestions`);
const idOf = async (title: string): Promise<string> => {
  const found = await until(
    () => service.json(`/documents?q=${encodeURIComponent(title)}`, editor),
    ({ items }) => items.some((one) => one.filename === `${title}.pdf` && one.status === 'searchable'),
  );
  return found.items.find((one) => one.filename === `${title}.pdf`)?.id ?? '';
};
const made = (id: string): Promise<Answer> =>
  until(
    () => suggestionsOf(id),
    ({ run }) => run?.state === 'done',
  );

beforeAll(async () => {
  service = await startService();
  for (let number = 1; number <= 8; number++)
    await service.drop(`strom/bill-${number}.pdf`, await bill(number));
  await service.drop(
    'other/letter.pdf',
    await pdf('Dear members, the choir meets on Tuesday. Bring your own scores and tea.'),
  );
  await until(
    () => service.json('/documents/status'),
    ({ counts }) => counts['searchable'] === 9,
  );
  await service.app.suggestions.makeDue();
  await service.drop('scan_0001.pdf', await bill(101));
  await service.drop('scan_0002.pdf', await bill(102));
  await service.drop('scan_0003.pdf', await bill(103));
  await until(
    () => service.json('/documents/status'),
    ({ counts }) => counts['searchable'] === 12,
  );
  await service.app.suggestions.makeDue();
});
afterAll(() => service?.close());

test('J1, J4: folder, title, file name, type, sender and date are proposed offline, with reason, source and confidence; nothing is applied', async () => {
  const id = await idOf('scan_0001');
  const { items } = await made(id);
  const byField = Object.fromEntries(items.map((one) => [one.field, one]));
  expect(byField['folder']).toMatchObject({ value: 'strom', current: null, is_new: false, state: 'pending' });
  expect(byField['title']?.value).toBe('Rechnung 101, Stadtwerke Seedorf GmbH');
  expect(byField['file_name']?.value).toBe('2026-03-21 Rechnung 101, Stadtwerke Seedorf GmbH.pdf');
  expect(byField['type']).toMatchObject({ value: 'Rechnung', is_new: true });
  expect(byField['correspondent']?.value).toBe('Stadtwerke Seedorf GmbH');
  expect(byField['date']).toMatchObject({ value: '2026-03-21', source: { method: 'rules', page: 1 } });
  for (const one of items)
    expect(one).toMatchObject({ state: 'pending', reason: expect.stringMatching(/\w/) });
  const document = await service.json(`/documents/${id}`, editor);
  expect(document).toMatchObject({
    title: 'scan 0001',
    filename: 'scan_0001.pdf',
    category: null,
    type: null,
  });
});

test('J2: confirm applies one field and clears it, an edited value counts, reject clears; nothing pending is 409; undo brings it back', async () => {
  const id = await idOf('scan_0001');
  await made(id);
  const folder = await post(`/documents/${id}/suggestions/folder/confirm`);
  expect(folder.status).toBe(200);
  const { undo_id: undoId }: Answer = await folder.json();
  expect(await service.json(`/documents/${id}`, editor)).toMatchObject({
    category: 'strom',
    title: 'scan 0001',
  });
  expect((await post(`/documents/${id}/suggestions/folder/confirm`)).status).toBe(409);
  expect((await post(`/documents/${id}/suggestions/title/confirm`, { value: 'Strom im März' })).status).toBe(
    200,
  );
  const record = await service.json(`/documents/${id}`, editor);
  expect(record).toMatchObject({ title: 'Strom im März', filename: 'scan_0001.pdf' });
  expect(record.places).toMatchObject([{ path: 'scan_0001.pdf', missing: false }]);
  expect((await post(`/documents/${id}/suggestions/type/reject`)).status).toBe(200);
  expect((await post(`/documents/${id}/suggestions/type/reject`)).status).toBe(409);
  expect((await post(`/documents/${id}/suggestions/type/reopen`)).status).toBe(200);
  // The folder alone is undone, unless the document changed since.
  expect((await post(`/documents/bulk/${undoId}/undo`)).status).toBe(200);
  const states = Object.fromEntries(
    (await suggestionsOf(id)).items.map(({ field, state }) => [field, state]),
  );
  expect(states).toMatchObject({ folder: 'confirmed', title: 'confirmed', type: 'pending', date: 'pending' });
  const date = await post(`/documents/${id}/suggestions/date/confirm`);
  const { undo_id: undoDate }: Answer = await date.json();
  expect((await post(`/documents/bulk/${undoDate}/undo`)).status).toBe(200);
  expect((await suggestionsOf(id)).items).toContainEqual(
    expect.objectContaining({ field: 'date', state: 'pending' }),
  );
  const bad = await post(`/documents/${id}/suggestions/date/confirm`, { value: 'soon' });
  expect([bad.status, await bad.json()]).toMatchObject([422, { errors: [{ pointer: '/value' }] }]);
  expect((await post(`/documents/${id}/suggestions/colour/confirm`)).status).toBe(404);
});

test('G1, G2: the badges of the sidebar are what waits for this person, and the cards of Home fit the manifest', async () => {
  const inbox = await ask<Inbox>('/documents/suggestions?limit=1');
  const badges = await ask<Record<string, number>>('/documents/badges');
  expect(badges).toMatchObject({ inbox: inbox.total, activity: 0 });
  expect(badges['searchable']).toBeLessThanOrEqual(badges['all'] ?? 0);
  const own = await (await service.ask('/documents/badges', { as: bob })).json();
  expect(own).toMatchObject({ inbox: 0 });
  for (const { path, query } of manifest.widgets)
    expect((await service.ask(`${path}?${new URLSearchParams(query).toString()}`, editor)).status).toBe(200);
});

test('J2: the inbox lists by confidence and by folder, a place at a time; a sure folder is confirmed at once and undone at once', async () => {
  const ids = [await idOf('scan_0002'), await idOf('scan_0003')];
  for (const id of ids) await made(id);
  const first = await ask<Inbox>('/documents/suggestions?folder=strom&limit=1');
  expect(first.items.length).toBe(1);
  const seen = first.items.map(({ document }) => document.id);
  for (let { next } = first; next !== null;) {
    const more = await ask<Inbox>(`/documents/suggestions?folder=strom&limit=1&after=${next}`);
    seen.push(...more.items.map(({ document }) => document.id));
    next = more.next;
  }
  expect(seen).toEqual(expect.arrayContaining(ids));
  expect([seen.length, new Set(seen).size]).toEqual([first.total, first.total]);
  expect(first.folders).toContainEqual(expect.objectContaining({ folder: 'strom' }));
  const byFolder = await ask<Inbox>('/documents/suggestions?sort=folder&limit=100');
  const folders = byFolder.items.map(({ folder }) => folder);
  expect(folders).toEqual(folders.toSorted());

  const done = await post('/documents/suggestions/confirm', { min_confidence: 0.6, folder: 'strom' });
  const { undo_id: undoId, changed }: { undo_id: string; changed: number } = await done.json();
  expect(changed).toBeGreaterThanOrEqual(2);
  const record = await service.json(`/documents/${ids[0]}`, editor);
  expect(record).toMatchObject({
    category: 'strom',
    filename: expect.stringMatching(/^2026-03-22 Rechnung 102/),
  });
  expect(
    (await ask<Inbox>('/documents/suggestions?folder=strom')).items.map(({ document }) => document.id),
  ).not.toContain(ids[0]);
  await post(`/documents/bulk/${undoId}/undo`);
  await until(
    () => ask<Inbox>('/documents/suggestions?folder=strom'),
    ({ items }) => items.some(({ document }) => document.id === ids[0]),
  );
  expect(await service.json(`/documents/${ids[0]}`, editor)).toMatchObject({
    category: null,
    filename: 'scan_0002.pdf',
  });
});

test('J2: who may not change a document does not decide about it, and has no inbox of it', async () => {
  const id = await idOf('scan_0003');
  await made(id);
  const others = { as: bob, groups: [] };
  expect((await post(`/documents/${id}/suggestions/title/confirm`, undefined, others)).status).toBe(403);
  expect((await post(`/documents/${id}/suggestions/title/reject`, undefined, others)).status).toBe(403);
  expect((await ask<Inbox>('/documents/suggestions', others)).items).toEqual([]);
  expect(await ask<Answer>(`/documents/${id}/suggestions`, others)).toMatchObject({ may_edit: false });
});

test('J2: what a person says by hand is not proposed over, and a rejected proposal does not come back', async () => {
  const id = await idOf('bill-1');
  await made(id);
  const patch = { ...editor, method: 'PATCH', headers: json, body: JSON.stringify({ title: 'Mine' }) };
  expect((await service.ask(`/documents/${id}/title`, patch)).status).toBe(200);
  await post(`/documents/${id}/suggestions/type/reject`);
  await service.drop('strom/bill-1.pdf', await bill(1, 'corrected'));
  await until(
    () => service.json(`/documents/${id}`, editor),
    ({ version, status }) => version === 2 && status === 'searchable',
  );
  await until(
    async () => (await service.app.suggestions.makeDue(), suggestionsOf(id)),
    ({ run }) => run?.state === 'done',
  );
  const states = (await suggestionsOf(id)).items.map(({ field, state }) => `${field} ${state}`);
  expect(states).toContain('type rejected');
  expect(states.filter((one) => one.startsWith('title'))).toEqual([]);
  expect(states.filter((one) => one.startsWith('folder'))).toEqual([]);
});

test('J4: switched off, neither folders nor names are proposed', async () => {
  const off = { ai_folder_suggestion: false, ai_rename_suggestion: false };
  const patch = { ...editor, method: 'PATCH', headers: json, body: JSON.stringify(off) };
  expect((await service.ask('/plugin/settings', patch)).status).toBe(200);
  await service.drop('scan_0009.pdf', await bill(109));
  const { items } = await made(await idOf('scan_0009'));
  const named = items.map(({ field }) => field);
  expect(named).toContain('date');
  for (const field of ['folder', 'title', 'file_name']) expect(named).not.toContain(field);
});
