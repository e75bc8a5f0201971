/** The tree of categories, and changes of many documents at once, over a real socket and a real database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraryOf } from '../testing/library.ts';
import { bob, startService, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => (service = await startService()));
afterAll(() => service.close());

const { send, answerOf, listed, document, searchable, found, categories, categoryId } = libraryOf(
  () => service,
);

describe('I4: the tree of categories', () => {
  test('created, assigned, renamed with all below it, merged, removed', async () => {
    const { id } = await found('tree/2026/one.pdf', 'galah');
    const made = await send('POST', '/documents/categories', { path: 'Steuer/2026' });
    expect(made.status).toBe(201);
    expect((await send('POST', '/documents/categories', { path: 'Steuer/2026' })).status).toBe(200);
    expect(await categories()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'Steuer/2026', count: 0 }),
        expect.objectContaining({ path: 'tree/2026', count: 1 }),
      ]),
    );
    const taxId = await categoryId('Steuer/2026');
    expect(await answerOf(send('POST', `/documents/${id}/categories/${taxId}`))).toMatchObject({
      category: 'Steuer/2026',
    });
    await service.app.intake.rescan();
    expect((await document(id)).category).toBe('Steuer/2026');

    const renamed = await send('PATCH', `/documents/categories/${taxId}`, { path: 'Finanzen/Ämter' });
    expect(await renamed.json()).toEqual({ id: taxId, path: 'Finanzen/Ämter' });
    expect((await document(id)).history[0]).toMatchObject({
      kind: 'category',
      change: { from: 'Steuer/2026', to: 'Finanzen/Ämter' },
    });
    expect(await searchable('folder:Finanzen galah')).toMatchObject({ id });

    const { id: other } = await found('amt/sub/two.pdf', 'brolga');
    await send('POST', '/documents/categories', { path: 'amt' });
    const amtId = await categoryId('amt');
    expect((await send('PATCH', `/documents/categories/${amtId}`, { path: 'Finanzen/Ämter' })).status).toBe(
      409,
    );
    const merged = await answerOf(
      send('PATCH', `/documents/categories/${amtId}`, { path: 'Finanzen/Ämter', merge: true }),
    );
    expect(merged.id).toBe(taxId);
    expect((await document(other)).category).toBe('Finanzen/Ämter/sub');

    expect((await send('DELETE', `/documents/categories/${taxId}`)).status).toBe(409);
    await send('POST', '/documents/categories', { path: 'Archiv' });
    const archiveId = await categoryId('Archiv');
    expect((await send('DELETE', `/documents/categories/${taxId}?to=${archiveId}`)).status).toBe(204);
    expect([(await document(id)).category, (await document(other)).category]).toEqual([
      'Archiv',
      'Archiv/sub',
    ]);
    expect((await categories()).some(({ path }) => path.startsWith('Finanzen/'))).toBe(false);

    expect(await answerOf(send('DELETE', `/documents/${id}/categories/${archiveId}`))).toMatchObject({
      category: null,
    });
    expect((await send('DELETE', `/documents/${id}/categories/${archiveId}`)).status).toBe(409);
    await service.app.intake.rescan();
    expect((await document(id)).category).toBeNull();
  });

  test('a category cannot go into itself, nor the tree below ten', async () => {
    await send('POST', '/documents/categories', { path: 'deep/a/b' });
    await send('POST', '/documents/categories', { path: 'deep' });
    const id = await categoryId('deep');
    expect((await send('PATCH', `/documents/categories/${id}`, { path: 'deep/x' })).status).toBe(409);
    expect((await send('PATCH', `/documents/categories/${id}`, { path: '1/2/3/4/5/6/7/8/9' })).status).toBe(
      409,
    );
    expect((await send('DELETE', `/documents/categories/${id}`)).status).toBe(204);
    expect(await categoryId('deep/a/b')).toBe('none');
  });

  test.each(['', '/', 'a//b', '../etc', 'a/./b', 'a/\u0000', 'a/'.repeat(10) + 'b', 'x'.repeat(256)])(
    'what is no path is 422 at the path (%#)',
    async (path) => {
      const answer = await send('POST', '/documents/categories', { path });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/path' }] });
    },
  );
});

describe('I1: many at once, and undone', () => {
  test('a selection is changed and put back, once, by who changed it', async () => {
    const ids = [
      (await found('bulk/a.pdf', 'cassowary')).id,
      (await found('bulk/b.pdf', 'cassowary emu')).id,
    ];
    await send('PATCH', `/documents/${ids[0]}/tags`, { tags: ['old', 'Keep'] });
    const change = { type: 'Bird', add_tags: ['new', 'KEEP'], remove_tags: ['OLD'], category: 'birds/big' };
    const done = await answerOf(send('POST', '/documents/bulk', { ids: [...ids, ...ids], change }));
    expect(done).toMatchObject({ changed: 2, skipped: 0 });
    expect(await document(ids[0] ?? '')).toMatchObject({
      type: 'Bird',
      tags: ['Keep', 'new'],
      category: 'birds/big',
    });
    const undo = `/documents/bulk/${done.undo_id}/undo`;
    expect((await send('POST', undo, undefined, { as: bob })).status).toBe(404);
    expect(await answerOf(send('POST', undo))).toMatchObject({ changed: 2, skipped: 0 });
    expect(await document(ids[0] ?? '')).toMatchObject({
      type: null,
      tags: ['old', 'Keep'],
      category: 'bulk',
    });
    expect((await send('POST', undo)).status).toBe(409);
  });

  test('all hits of a list; what was changed since stays when it is undone', async () => {
    const one = await found('all/a.pdf', 'jabiru');
    const two = await found('all/b.pdf', 'jabiru heron');
    const done = await answerOf(
      send('POST', '/documents/bulk', { all_of: { q: 'jabiru', category: 'all' }, change: { trash: true } }),
    );
    expect(done.changed).toBe(2);
    expect((await listed('q=jabiru')).total).toBe(0);
    await send('PATCH', `/documents/${two.id}/title`, { title: 'Changed in the trash' });
    expect(await answerOf(send('POST', `/documents/bulk/${done.undo_id}/undo`))).toMatchObject({
      changed: 1,
      skipped: 1,
    });
    expect([(await document(one.id)).trashed_at, (await document(two.id)).trashed_at]).toEqual([
      null,
      expect.any(String),
    ]);
  });

  const anId = '33333333-3333-4333-8333-333333333333';
  test.each([
    [{ ids: Array.from({ length: 10_000 }, () => anId), change: { trash: true } }, '/ids'],
    [{ ids: ['x'], change: { trash: true } }, '/ids/0'],
    [{ ids: [anId], change: { title: 'all the same' } }, '/change/title'],
    [{ ids: [anId], change: {} }, '/change'],
    [{ ids: [anId], all_of: {}, change: { trash: true } }, ''],
    [{ all_of: { colour: 'red' }, change: { trash: true } }, '/all_of/colour'],
    [{ all_of: { status: 'gone' }, change: { trash: true } }, '/all_of/status'],
  ])('a bad bulk change is 422 at its place (%#)', async (body, pointer) => {
    const answer = await send('POST', '/documents/bulk', body);
    expect(answer.status).toBe(422);
    const { errors }: { errors: { pointer: string }[] } = JSON.parse(await answer.text());
    expect(errors[0]?.pointer.startsWith(pointer)).toBe(true);
  });
});
