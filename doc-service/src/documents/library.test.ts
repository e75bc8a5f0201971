/** What people say of documents, over a real socket and a real database. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editors, libraryOf } from '../testing/library.ts';
import { alice, bob, startService, until, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => (service = await startService()));
afterAll(() => service.close());

const { send, answerOf, listed, document, searchable, pdfOf, found, upload, categoryId } = libraryOf(
  () => service,
);

describe('I11 I4: title, type and tags', () => {
  test('what a person says is answered, found, and told in the history', async () => {
    const { id } = await found('scans/0001.pdf', 'wombat');
    const titled = await send('PATCH', `/documents/${id}/title`, { title: '  Water\n bill  ' });
    expect(titled.status).toBe(200);
    expect(await titled.json()).toMatchObject({ id, title: 'Water bill', may_edit: true });
    expect((await send('PATCH', `/documents/${id}/type`, { type: 'Rechnung' })).status).toBe(200);
    const tagged = await answerOf(
      send('PATCH', `/documents/${id}/tags`, { tags: ['Zu zahlen', ' u\u0308ber ', 'ZU ZAHLEN', '2026'] }),
    );
    expect(tagged).toMatchObject({ type: 'Rechnung', tags: ['Zu zahlen', 'über', '2026'] });
    expect(tagged.history.slice(0, 3)).toMatchObject([
      { kind: 'tags', by: { name: 'Somebody' }, change: { from: [], to: ['Zu zahlen', 'über', '2026'] } },
      { kind: 'type', change: { from: null, to: 'Rechnung' } },
      { kind: 'title', change: { from: '0001', to: 'Water bill' } },
    ]);
    for (const query of [
      'tag=ZU%20zahlen&tag=%C3%9Cber',
      'type=rechnung',
      `q=${encodeURIComponent('tag:"zu zahlen" type:RECHNUNG')}`,
    ])
      expect((await listed(query)).items.map((one) => one.id)).toEqual([id]);
    expect((await listed('tag=Zu%20zahlen&tag=other')).total).toBe(0);
    expect(await searchable('"water bill" rechnung zahlen')).toMatchObject({ id });
    expect((await document(id)).status).toBe('searchable');
  });

  test('I10: a rescan and a move change nothing that a person set', async () => {
    const { id } = await found('inbox/letter.pdf', 'platypus');
    await send('PATCH', `/documents/${id}/title`, { title: 'Mine' });
    await send('PATCH', `/documents/${id}/tags`, { tags: ['kept'] });
    await rename(
      join(service.folders.watch, 'inbox/letter.pdf'),
      join(service.folders.watch, 'moved letter.pdf'),
    );
    const moved = await until(
      () => document(id),
      ({ filename }) => filename === 'moved letter.pdf',
    );
    expect(moved).toMatchObject({ title: 'Mine', tags: ['kept'], filename: 'moved letter.pdf' });
  });

  test('If-Match: the second of two who edit hears 412, and nothing is changed', async () => {
    const { id, etag } = await found('two.pdf', 'quokka');
    const first = await send('PATCH', `/documents/${id}/title`, { title: 'First' }, { ifMatch: etag });
    expect([first.status, first.headers.get('etag')]).not.toContain(etag);
    expect(
      (await send('PATCH', `/documents/${id}/title`, { title: 'Second' }, { ifMatch: etag })).status,
    ).toBe(412);
    expect((await document(id)).title).toBe('First');
    const both = await Promise.all(
      ['a', 'b'].map((title) =>
        send('PATCH', `/documents/${id}/title`, { title }, { ifMatch: first.headers.get('etag') ?? '' }),
      ),
    );
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 412]));
  });

  test.each([
    ['title', { title: ' ' }, '/title'],
    ['title', { title: 'x'.repeat(1_000_000) }, '/title'],
    ['title', { title: 'a\u0000b' }, '/title'],
    ['title', { title: 'gpj.\u202efdp' }, '/title'],
    ['title', {}, '/title'],
    ['title', { title: 'a', owner: 'b' }, '/owner'],
    ['type', { type: 7 }, '/type'],
    ['tags', { tags: Array.from({ length: 51 }, (_, at) => `tag ${at}`) }, '/tags'],
    ['tags', { tags: ['a', 'x'.repeat(101)] }, '/tags/1'],
    ['tags', { tags: ['a', ''] }, '/tags/1'],
    ['tags', { tags: 'a' }, '/tags'],
  ])('bad input of %s is 422 at the field (%#)', async (field, body, pointer) => {
    const id = (await listed('page_size=1')).items[0]?.id ?? '';
    const answer = await send('PATCH', `/documents/${id}/${field}`, body);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
  });

  test('no JSON is 400; a tag that is a script is a text', async () => {
    const { id } = await found('script.pdf', 'numbat');
    const answer = await service.ask(`/documents/${id}/tags`, {
      method: 'PATCH',
      body: '{',
      groups: editors,
    });
    expect(answer.status).toBe(400);
    const tags = ['<script>alert(1)</script>', "'); DROP TABLE documents; --", '\\"{,}'];
    expect((await answerOf(send('PATCH', `/documents/${id}/tags`, { tags }))).tags).toEqual(tags);
    expect((await listed(`tag=${encodeURIComponent(tags[2] ?? '')}`)).items.map((one) => one.id)).toEqual([
      id,
    ]);
  });
});

describe('I5: who may', () => {
  test('others may look at what the folder holds and change nothing; the group is named', async () => {
    const { id } = await found('rights.pdf', 'dingo');
    const asBob = { as: bob, groups: [] };
    expect((await listed('q=dingo', asBob)).items[0]).toMatchObject({ id, may_edit: false });
    const answer = await send('PATCH', `/documents/${id}/title`, { title: 'Bob was here' }, asBob);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('doc-service-admin');
    for (const [method, path, body] of [
      ['DELETE', `/documents/${id}`, undefined],
      ['POST', '/documents/bulk', { ids: [id], change: { trash: true } }],
      ['POST', '/documents/categories', { path: 'bob' }],
    ] as const)
      expect((await send(method, path, body, asBob)).status).toBe(403);
    expect(await document(id)).toMatchObject({ title: 'rights', trashed_at: null });
  });

  test("an upload is its owner's; for others, editors too, it is not there", async () => {
    const id = await upload('bilby', bob);
    const asBob = { as: bob, groups: [] };
    expect((await send('PATCH', `/documents/${id}/tags`, { tags: ['mine'] }, asBob)).status).toBe(200);
    for (const method of ['PATCH', 'DELETE'])
      expect(
        (await send(method, `/documents/${id}${method === 'PATCH' ? '/title' : ''}`, { title: 'x' })).status,
      ).toBe(404);
    const bulk = await answerOf(send('POST', '/documents/bulk', { ids: [id], change: { trash: true } }));
    expect(bulk).toMatchObject({ changed: 0, skipped: 1, undo_id: null });
    expect((await listed('tag=mine&facets=true')).facets.tags).toEqual([]);
    expect((await listed('tag=mine', asBob)).total).toBe(1);
  });

  test('the same bytes sent by two are changed by neither', async () => {
    const id = await upload('bandicoot', alice);
    expect((await service.json(`/documents/${id}`)).may_edit).toBe(true);
    expect(await upload('bandicoot', bob)).toBe(id);
    expect((await send('DELETE', `/documents/${id}`, undefined, { as: bob, groups: [] })).status).toBe(403);
    expect((await service.json(`/documents/${id}`)).may_edit).toBe(false);
  });
});

describe('I7: the trash', () => {
  test('a record goes and comes back; neither a rescan nor a copy of the file brings it back', async () => {
    const { id } = await found('old/receipt.pdf', 'echidna');
    expect((await send('DELETE', `/documents/${id}`)).status).toBe(204);
    expect((await listed('q=echidna')).total).toBe(0);
    expect((await listed('trash=true')).items.map((one) => one.id)).toContain(id);
    expect(await categoryId('old')).toBe('none');
    await service.drop('old/copy.pdf', await pdfOf('About the echidna'));
    await until(
      () => document(id),
      ({ places }) => places.length === 2,
    );
    await service.app.intake.rescan();
    expect((await document(id)).trashed_at).not.toBeNull();
    expect((await listed('trash=true&q=echidna')).items.map((one) => one.id)).toEqual([id]);
    const restored = await answerOf(send('POST', `/documents/${id}/restore`));
    expect(restored.history.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['trashed', 'restored']));
    expect(restored).toMatchObject({ trashed_at: null, places: [{ missing: false }, { missing: false }] });
    expect((await listed('q=echidna')).items.map((one) => one.id)).toEqual([id]);
  });

  test('I10: a new version of its file stays in the trash with it', async () => {
    const { id } = await found('versions/bin.pdf', 'wobbegong');
    await send('DELETE', `/documents/${id}`);
    await service.drop('versions/bin.pdf', await pdfOf('About the wobbegong, second edition'));
    const renewed = await until(
      () => document(id),
      ({ version, status }) => version === 2 && status === 'searchable',
    );
    expect(renewed.trashed_at).not.toBeNull();
    expect((await listed('q=wobbegong')).total).toBe(0);
  });

  test('I5: what everybody sees is not brought back by sending the same bytes', async () => {
    const { id } = await found('forbidden.pdf', 'taipan');
    await send('DELETE', `/documents/${id}`);
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(await pdfOf('About the taipan'))]), 'mine.pdf');
    expect(
      (await answerOf(service.ask('/documents/upload', { method: 'POST', body: form, as: bob }))).id,
    ).toBe(id);
    expect((await document(id)).trashed_at).not.toBeNull();
  });

  test('sending it again takes it out of the trash', async () => {
    const id = await upload('potoroo', bob);
    await send('DELETE', `/documents/${id}`, undefined, { as: bob, groups: [] });
    expect(await upload('potoroo', bob)).toBe(id);
    expect((await service.json(`/documents/${id}`, { as: bob })).trashed_at).toBeNull();
  });
});

describe('I1: filters and facets', () => {
  test('types, tags, sources and dates narrow the list; facets count what is left', async () => {
    const [one, two] = [
      await found('facets/one.pdf', 'kowari'),
      await found('facets/two.pdf', 'kowari taipan'),
    ];
    await send('PATCH', `/documents/${one.id}/tags`, { tags: ['Blue', 'red'] });
    await send('PATCH', `/documents/${two.id}/tags`, { tags: ['blue'] });
    await send('PATCH', `/documents/${two.id}/type`, { type: 'Letter' });
    const { facets, total } = await listed(
      'category=facets&facets=true&source=watch&after=2020-01-01&before=2999-01-01',
    );
    expect(total).toBe(2);
    expect(facets).toEqual({
      types: [{ value: 'Letter', count: 1 }],
      correspondents: [],
      tags: [
        { value: expect.stringMatching(/^blue$/i), count: 2 },
        { value: 'red', count: 1 },
      ],
      sources: [{ value: 'watch', count: 2 }],
      fields: [],
    });
    expect((await listed('category=facets&facets=true&tag=red')).facets.types).toEqual([]);
    expect((await listed('category=facets&after=2999-01-01')).total).toBe(0);
    expect((await listed('category=facets&source=upload')).total).toBe(0);
    expect((await listed('category=facets')).facets).toBeUndefined();
  });

  test.each([
    ['colour=red', '/colour'],
    ['after=soon', '/after'],
    ['before=2026-02-30', '/before'],
    ['source=mars', '/source'],
    ['trash=1', '/trash'],
    [`tag=${'x'.repeat(101)}`, '/tag'],
    ['q[x]=1', '/q[x]'],
  ])('an unknown or wrong parameter is told: %.30s', async (query, pointer) => {
    const answer = await service.ask(`/documents?${query}`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
  });
});
