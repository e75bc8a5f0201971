/**
 * The pages of the archive in four looks: nothing sticks out, is cut, lies over another thing or is too
 * small.
 */
import { layoutFaults } from '@berth/testing/layout.ts';
import { openGallery, type Gallery } from '@berth/testing/album.ts';
import { looks, openRequests, settled, type Look, type OpenRequests } from '@berth/testing/looks.ts';
import { steadyPicture } from '@berth/testing/pictures.ts';
import type { Frame } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import type { FakeDocuments } from './harness/fake-documents.types.ts';
import { household } from './harness/sample.ts';
import { lookAt, preparePage, type Visited } from './harness/visit.ts';

vi.setConfig({ testTimeout: 180_000 });
const visit = preparePage();
const now = Date.parse('2026-05-04T10:00:00Z');

type Place = {
  name: string;
  path: string;
  /** What must be there before it is looked at. */
  shows: (frame: Frame) => Promise<unknown>;
  archive?: () => FakeDocuments;
  /** Why it differs from one run to the next; without it, it is compared with its picture. */
  moves?: string;
};

const text = (words: string | RegExp) => (frame: Frame) => frame.getByText(words).first().waitFor();
const heading = (frame: Frame) => frame.getByRole('heading').first().waitFor();
const image = (frame: Frame) =>
  frame
    .getByRole('img', { name: /^Page 1/ })
    .first()
    .waitFor();

function archive(count = 24): FakeDocuments {
  const fake = fakeDocuments(household(count, now));
  const reason = 'It is so with 7 of the 8 documents that are most like it.';
  const propose = (field: string, value: string | string[], confidence: number) => ({
    field,
    value,
    reason,
    confidence,
    source: { method: 'neighbours', page: null },
    state: 'pending',
  });
  fake.proposals.set('d0', [
    propose('folder', 'Home/Energy', 0.97),
    propose('title', 'Invoice 4711, Stadtwerke Seedorf', 0.92),
    propose('tags', ['energy', 'paid'], 0.7),
  ]);
  fake.proposals.set('d1', [propose('folder', 'Home/Energy', 0.95)]);
  fake.beside.fields.push(
    { id: 'state', key: 'state', name: 'State', kind: 'choice', choices: ['Open', 'Paid'] },
    { id: 'amount', key: 'amount', name: 'Amount', kind: 'money', choices: [] },
  );
  return fake;
}

const places: readonly Place[] = [
  { name: 'library', path: '#/', shows: text('Lease agreement') },
  { name: 'library-grid', path: '#/?view=grid', shows: text('Lease agreement') },
  { name: 'library-folder', path: '#/?category=Home', shows: text('Lease agreement') },
  { name: 'library-found', path: '#/?q=statement', shows: text('Lease agreement') },
  { name: 'library-none', path: '#/?q=walrus', shows: text(/Nothing|No document/) },
  { name: 'library-trash', path: '#/?trash=true', shows: text(/trash/i) },
  { name: 'library-empty', path: '#/', shows: text(/No documents|watch/), archive: () => fakeDocuments([]) },
  {
    name: 'library-error',
    path: '#/',
    shows: text(/answering|again/i),
    archive: () => Object.assign(fakeDocuments([]), { down: 500 }),
  },
  { name: 'document', path: '#/documents/d0', shows: image },
  { name: 'document-stuck', path: '#/documents/stuck1', shows: text(/needs a password/) },
  { name: 'document-unknown', path: '#/documents/none', shows: text(/no such|not found|not here/i) },
  { name: 'inbox', path: '#/inbox', shows: text('1 of 2 documents wait') },
  {
    name: 'inbox-empty',
    path: '#/inbox',
    shows: text(/Nothing|No proposals/),
    archive: () => fakeDocuments([]),
  },
  { name: 'activity', path: '#/activity', shows: text('Searchable') },
  { name: 'import', path: '#/import', shows: heading },
];

let gallery: Gallery | null = null;

test('G7: there are pictures of this renderer to compare with', async ({ skip }) => {
  const { page } = await visit(archive(), '#/');
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser.');
  gallery ??= await openGallery(browser, 'doc-service/ui/harness/baselines');
  if (gallery.whyNot) skip(gallery.whyNot);
});

describe.each(looks.filter(({ options }) => options.colorScheme === 'light'))('$name', (look) => {
  test.each(places.filter(({ moves }) => !(moves && process.env['BERTH_BASELINES'] === 'renew')))(
    'I1: $name',
    async (place) => {
      const { page, frame, refused, requests } = await see(place, look);
      const faults = await layoutFaults(frame, { isPhone: look.isPhone, heads: 'any' });
      const browser = page.context().browser();
      if (browser) gallery ??= await openGallery(browser, 'doc-service/ui/harness/baselines');
      if (gallery && !gallery.whyNot && !place.moves)
        for (const theme of ['light', 'dark']) {
          await page.evaluate(`setTheme('${theme}')`);
          await frame.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
          const name = `${place.name}.${look.isPhone ? 'phone' : 'wide'}-${theme}`;
          const fault = await gallery.faultOf(
            name,
            await steadyPicture(page, { inside: [frame], ...(requests ? { requests } : {}) }),
          );
          if (fault) faults.push(fault);
        }
      await lookAt(page, `${place.name}.${look.name}`);
      expect(faults).toEqual([]);
      expect(refused).toEqual([]);
    },
  );
});

type Seen = Visited & { requests: OpenRequests | undefined };

async function see({ path, shows, archive: made = archive }: Place, look: Look): Promise<Seen> {
  const { viewport, colorScheme: _, ...options } = look.options;
  let requests: OpenRequests | undefined;
  const seen = await visit(made(), path, {
    ...(viewport ? { viewport } : {}),
    hasHead: true,
    options,
    onPage: (page) => {
      requests = openRequests(page);
    },
  });
  // A machine under load draws a page late; nothing here is about how fast it is.
  seen.page.setDefaultTimeout(50_000);
  await shows(seen.frame);
  await settled(seen.frame);
  return { ...seen, requests };
}
