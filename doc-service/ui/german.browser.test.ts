/**
 * The page in German: each view speaks it whole, nothing sticks out although its words are longer, and axe
 * finds nothing.
 */
import { layoutFaults } from '@berth/testing/layout.ts';
import { looks, settled } from '@berth/testing/looks.ts';
import type { Frame } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';

import { fakeDocuments } from './harness/fake-documents.ts';
import { household } from './harness/sample.ts';
import { axeFindings, lookAt, preparePage } from './harness/visit.ts';
import de from './src/words/de.json' with { type: 'json' };

vi.setConfig({ testTimeout: 240_000 });
const visit = preparePage();

const text = (words: string | RegExp) => (frame: Frame) => frame.getByText(words).first().waitFor();
const image = (frame: Frame) =>
  frame
    .getByRole('img', { name: /^Seite 1/ })
    .first()
    .waitFor();
const views = [
  { name: 'library', path: '#/', shows: text('24 Dokumente') },
  { name: 'trash', path: '#/?trash=true', shows: text('Der Papierkorb ist leer') },
  { name: 'inbox', path: '#/inbox', shows: text('1 von 1 wartenden Dokument') },
  { name: 'activity', path: '#/activity', shows: text('Durchsuchbar') },
  { name: 'import', path: '#/import', shows: text('Import aus Paperless-ngx') },
  { name: 'document', path: '#/documents/d0', shows: image },
];
/** Words of the archive itself, and names that are the same in both languages. */
const english = Object.entries(de).flatMap(([said, german]) => (said === german ? [] : [said]));

describe.each(looks.filter(({ options }) => options.colorScheme === 'light'))('$name', (look) => {
  const { viewport, colorScheme: _, ...options } = look.options;
  const how = { ...(viewport ? { viewport } : {}), options, locale: 'de-DE' };

  test.each(views)('G5: $name is German, whole and in its place', async ({ name, path, shows }) => {
    const { page, frame, refused } = await visit(archive(), path, how);
    await shows(frame);
    await settled(frame);
    expect(await frame.locator('html').getAttribute('lang')).toBe('de');
    expect(await saidIn(frame, english)).toEqual([]);
    expect(await layoutFaults(frame, { isPhone: look.isPhone, heads: 'any' })).toEqual([]);
    expect(await axeFindings(frame)).toEqual([]);
    await lookAt(page, `german-${name}.${look.name}`);
    await page.evaluate(`setTheme('dark')`);
    await frame.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await lookAt(page, `german-${name}.${look.name}-dark`);
    expect(refused).toEqual([]);
  });
});

test('G5: what a view keeps is asked for in German', async () => {
  const { page, frame } = await visit(archive(), '#/', { locale: 'de-DE' });
  await frame.getByRole('button', { name: 'Ansichten' }).click();
  await frame.getByRole('menuitem', { name: 'Spalten und Dichte' }).click();
  await frame.getByRole('dialog', { name: 'Spalten und Dichte' }).waitFor();
  expect(await saidIn(frame, english)).toEqual([]);
  await lookAt(page, 'german-columns.wide');
});

function archive() {
  const fake = fakeDocuments(household(23, Date.parse('2026-05-04T10:00:00Z')));
  fake.proposals.set('d0', [
    {
      field: 'folder',
      value: 'Home/Energy',
      confidence: 0.97,
      state: 'pending',
      reason: 'It is so with 7 of the 8 documents that are most like it.',
      source: { method: 'neighbours', page: null },
    },
  ]);
  return fake;
}

/** @returns each of the texts that people read or hear in the frame, beside the words of documents */
function saidIn(frame: Frame, texts: readonly string[]): Promise<string[]> {
  return frame.evaluate((wanted) => {
    const said = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest('[dir="auto"]')) said.add(node.nodeValue?.trim() ?? '');
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder'])
        said.add(element.getAttribute(name)?.trim() ?? '');
    return wanted.filter((one) => said.has(one));
  }, texts);
}
