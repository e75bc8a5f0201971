/**
 * What failed once in forms, case by case: browser, gateway and container, with what the container holds at
 * the end.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings } from './axe.ts';
import { openForms, save, type FormsHouse } from './forms-house.ts';
import { manyDigits, shapes, twoFeeds, variousStored } from './forms-shapes.ts';

let house: FormsHouse;
beforeAll(async () => {
  house = await openForms(shapes);
});
afterAll(() => house?.close());

async function form(id: string): Promise<Page> {
  const { page } = await house.visit();
  await house.open(page, id);
  return page;
}
const held = (id: string): unknown => JSON.parse(house.stored(id));
const box = (page: Page | Locator, name: string) => page.getByRole('textbox', { name, exact: true });
const at = (page: Page, pointer: string): Locator => page.locator(`[data-pointer="${pointer}"]`);
const press = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true }).click();

describe('M14, F8: a secret stays with its own row', () => {
  test('f1a: the first secret of a list is removed, the second stays', async () => {
    const page = await form('f1a-remove');
    await at(page, '/tokens').getByRole('button', { name: 'Remove entry 1' }).click();
    expect(await save(page)).toBe('saved');
    expect(held('f1a-remove')).toEqual({ ...twoFeeds, tokens: ['S2'] });
  });

  test('f1b: a row is removed and the other one edited; a secret that is typed replaces its own', async () => {
    const page = await form('f1b-edit');
    await at(page, '/feeds').getByRole('button', { name: 'Remove entry 1' }).click();
    await box(page, 'Url').fill('b2');
    await press(at(page, '/tokens/1'), 'Replace Tokens 2');
    await page.getByPlaceholder('The new value').fill('S3');
    await at(page, '/tokens').getByRole('button', { name: 'Move entry 2 up' }).click();
    expect(await save(page)).toBe('saved');
    expect(held('f1b-edit')).toEqual({ tokens: ['S3', 'S1'], feeds: [{ url: 'b2', token: 'TB' }] });
  });

  test('f1c: rows are moved and both edited', async () => {
    const page = await form('f1c-move');
    await at(page, '/feeds').getByRole('button', { name: 'Move entry 2 up' }).click();
    await box(page, 'Url').nth(0).fill('b2');
    await box(page, 'Url').nth(1).fill('a2');
    expect(await save(page)).toBe('saved');
    expect(held('f1c-move')).toEqual({
      ...twoFeeds,
      feeds: [
        { url: 'b2', token: 'TB' },
        { url: 'a2', token: 'TA' },
      ],
    });
  });

  test('f1d: the first of two rows of one look is removed', async () => {
    const page = await form('f1d-twins');
    await at(page, '/feeds').getByRole('button', { name: 'Remove entry 1' }).click();
    expect(await save(page)).toBe('saved');
    expect(held('f1d-twins')).toEqual({ feeds: [{ url: 'a', token: 'T2' }] });
  });
});

describe('M15: null is a value', () => {
  test('f2a: an emptied number that may be null is null, and a choice of null is null', async () => {
    const page = await form('f2a-null');
    await box(page, 'Keep days').fill('');
    await page.getByText('Set to no value.').waitFor();
    expect(await box(page, 'Keep days').getAttribute('placeholder')).toBe('No value');
    expect(await save(page)).toBe('saved');
    expect(held('f2a-null')).toEqual({ keep_days: null, pick: 1, raw: 'x' });
    await page.getByRole('combobox', { name: 'Pick' }).click();
    await page.getByRole('option', { name: /null/ }).click();
    await press(page, 'Set Raw to no value');
    expect(await save(page)).toBe('saved');
    expect(held('f2a-null')).toEqual({ keep_days: null, pick: null, raw: null });
  });

  test('f2b: a stored null stays beside a change, and "not set" is another thing', async () => {
    const page = await form('f2b-null');
    await press(page, 'Reset to 30: Keep days');
    expect(await box(page, 'Keep days').getAttribute('placeholder')).toBe('Default: 30');
    expect(await save(page)).toBe('saved');
    expect(held('f2b-null')).toEqual({ pick: null, raw: null });
  });
});

describe('M16: numbers keep their digits', () => {
  test('f3a: a neighbour is edited, and big numbers are shown as they are', async () => {
    const page = await form('f3a-big');
    expect(await Promise.all(['Id', 'Big', 'Ratio'].map((name) => box(page, name).inputValue()))).toEqual([
      '1161888007138312193',
      '9007199254740993',
      '0.10000000000000000555',
    ]);
    await box(page, 'Name').fill('b');
    expect(await save(page)).toBe('saved');
    expect(house.stored('f3a-big')).toBe(manyDigits.replace('"name":"a"', '"name":"b"'));
    // The history keeps the digits too, and so does what is put back from it.
    await press(page, 'History');
    const history = page.getByRole('dialog', { name: 'What was changed' });
    await history
      .getByText(/1161888007138312193/)
      .first()
      .waitFor();
    await history.getByRole('button', { name: /^Put back/ }).click();
    expect(await save(page)).toBe('saved');
    expect(house.stored('f3a-big')).toBe(manyDigits);
  });

  test('f3b: a big number is typed exactly; what is no number is told and kept', async () => {
    const page = await form('f3b-typed');
    await box(page, 'Big').fill('9007199254740995');
    await box(page, 'Ratio').fill('1,5');
    await page.getByText('Write 1.5, with a point.').waitFor();
    expect(await save(page)).toMatch(/^refused: /);
    await box(page, 'Ratio').fill('1.5');
    expect(await save(page)).toBe('saved');
    expect(house.stored('f3b-typed')).toBe(
      manyDigits.replace('9007199254740993', '9007199254740995').replace('0.10000000000000000555', '1.5'),
    );
  });
});

describe('item 19: groups', () => {
  test('f4a: an optional group that is typed into and emptied again is no change', async () => {
    const page = await form('f4a-group');
    await box(page, 'Host').fill('h');
    await page.getByRole('region', { name: 'Unsaved changes' }).waitFor();
    await box(page, 'Host').fill('');
    await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
    await box(page, 'Note').fill('m');
    expect(await save(page)).toBe('saved');
    expect(held('f4a-group')).toEqual({ note: 'm' });
  });

  test('f4b: an optional group that is emptied is removed', async () => {
    const page = await form('f4b-group');
    await box(page, 'Host').fill('');
    await box(page, 'Port').fill('');
    expect(await save(page)).toBe('saved');
    expect(held('f4b-group')).toEqual({});
  });

  test('f4c: an optional group has a control that removes it', async () => {
    const page = await form('f4c-group');
    await press(page, 'Remove Proxy');
    expect(await save(page)).toBe('saved');
    expect(held('f4c-group')).toEqual({});
  });
});

describe('item 19: maps', () => {
  test('f5a: integer-like names keep their order while they are edited', async () => {
    const page = await form('f5a-keys');
    for (const [index, name] of ['zeta', '10'].entries()) {
      await page.getByRole('button', { name: /Add an entry/ }).click();
      await box(page, 'Name').nth(index).fill(name);
      await box(page, 'Value').nth(index).fill(`v${name}`);
    }
    await box(page, 'Name').nth(0).fill('9');
    expect(await Promise.all([0, 1].map((index) => box(page, 'Name').nth(index).inputValue()))).toEqual([
      '9',
      '10',
    ]);
    expect(await save(page)).toBe('saved');
    expect(held('f5a-keys')).toEqual({ map: { 9: 'vzeta', 10: 'v10' } });
  });

  test('f5b, f5c: a name that is taken, empty or forbidden is refused at the name, in words', async () => {
    const page = await form('f5b-names');
    for (const [name, words] of [
      ['b', /is here already/],
      ['', /Give the entry a name/],
      ['__proto__', /cannot be a name/],
    ] as const) {
      await box(page, 'Name').nth(0).fill(name);
      await box(page, 'Name').nth(0).blur();
      await page.getByText(words).first().waitFor();
      expect(await save(page)).toMatch(/^refused: /);
    }
    expect(held('f5b-names')).toEqual({ map: { a: '1', b: '2' } });
    await box(page, 'Name').nth(0).fill('c');
    expect(await save(page)).toBe('saved');
    expect(held('f5b-names')).toEqual({ map: { c: '1', b: '2' } });
  });

  test('f5d: renaming by Tab keeps the focus', async () => {
    const page = await form('f5d-tab');
    await box(page, 'Name').nth(0).focus();
    await page.keyboard.press('End');
    await page.keyboard.type('a');
    for (let tab = 0; tab < 3; tab++) await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await page.keyboard.type('b');
    await page.keyboard.press('Tab');
    expect(await save(page)).toBe('saved');
    expect(held('f5d-tab')).toEqual({ map: { aa: '1', bb: '2' } });
  });
});

describe('M17: nothing changes that nobody meant to change', () => {
  test('a switch whose condition narrows other parts changes none of them', async () => {
    const page = await form('m17-narrow');
    await page.getByRole('switch', { name: 'Advanced' }).click({ force: true });
    await page.getByRole('switch', { name: 'Advanced' }).click({ force: true });
    await box(page, 'Note').fill('m');
    expect(await save(page)).toBe('saved');
    expect(held('m17-narrow')).toEqual({
      advanced: false,
      u: { deep: [1, null, { x: 1 }] },
      m: 'text',
      note: 'm',
    });
  });

  test('half-written JSON is an unsaved change, keeps the form from being saved, and guards leaving', async () => {
    const page = await form('m17-half');
    await page.getByRole('combobox', { name: 'Shape of Updates' }).click();
    await page.getByRole('option', { name: 'Anything, as JSON' }).click();
    await box(page, 'Updates').fill('{"a":2');
    await page.getByText('1 change', { exact: true }).waitFor();
    await page.getByText(/This is not JSON yet/).waitFor();
    await box(page, 'Note').fill('m');
    expect(await save(page)).toMatch(/^refused: /);
    expect([held('m17-half'), await box(page, 'Updates').inputValue()]).toEqual([
      { u: { deep: 1 }, note: 'n' },
      '{"a":2',
    ]);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Documents' }).click();
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Stay' })
      .click();
    await box(page, 'Updates').fill('{"a":2}');
    expect(await save(page)).toBe('saved');
    expect(held('m17-half')).toEqual({ u: { a: 2 }, note: 'm' });
  });

  test('F3: a secret is set, kept, replaced or cleared by choice alone; a required one that is stored empty blocks nothing', async () => {
    const page = await form('m17-secrets');
    await press(page, 'Replace Kept');
    await box(page, 'Note').fill('m');
    expect(await save(page)).toBe('saved');
    expect(held('m17-secrets')).toEqual({ needed: '', kept: 'K', pin: 1234, note: 'm' });
    await press(page, 'Replace Pin');
    const pin = page.getByPlaceholder('The new value');
    expect(await pin.getAttribute('type')).toBe('password');
    await pin.fill('77x');
    expect(await save(page)).toMatch(/^refused: /);
    await pin.fill('9007199254740993');
    await press(page, 'Clear Kept');
    expect(await save(page)).toBe('saved');
    expect(house.stored('m17-secrets')).toBe('{"needed":"","pin":9007199254740993,"note":"m"}');
  });

  test('line breaks stay, of either kind, and what the form does not know stays', async () => {
    const page = await form('m17-various');
    for (const name of ['Lines', 'Crlf']) {
      await box(page, name).focus();
      await page.keyboard.press('ControlOrMeta+End');
      await page.keyboard.type('!');
    }
    await box(page, 'To string').fill('x');
    await box(page, 'Has own property').fill('y');
    await press(page, 'Set List to empty');
    await box(at(page, '/name'), 'Name').fill('');
    expect(await save(page)).toMatch(/^refused: /);
    await box(at(page, '/name'), 'Name').fill('m');
    expect(await save(page)).toMatch(/^refused: /);
    await press(page, 'Set Dns to empty');
    expect(await save(page)).toBe('saved');
    const { name: _, ...rest } = variousStored;
    const more = {
      lines: 'one\ntwo\n!',
      crlf: 'one\r\ntwo\r\nthree!',
      toString: 'x',
      hasOwnProperty: 'y',
      list: [],
      dns: {},
      name: 'm',
    };
    expect(held('m17-various')).toEqual({ ...rest, ...more });
  });
});

describe('M18: every part can be seen, by its name', () => {
  test('a part without a title has an editor; what is not described is shown; no two controls share an id', async () => {
    const page = await form('m18-various');
    const entry = at(page, '/openhab/0');
    expect([await box(entry, 'Name').inputValue(), await box(entry, 'Value').inputValue()]).toEqual([
      'x',
      '1',
    ]);
    expect(await box(page, 'unknown').inputValue()).toContain('me');
    await page.getByText('Second', { exact: true }).click();
    await page.keyboard.type('!');
    expect(
      [await box(page, 'First').inputValue(), await box(page, 'Second').inputValue()].map((value) =>
        value.includes('!'),
      ),
    ).toEqual([false, true]);
    const twice = await page.evaluate(() => {
      const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
      return ids.filter((id, index) => ids.indexOf(id) !== index);
    });
    expect([twice, await accessibilityFindings(page)]).toEqual([[], []]);
    await page.getByRole('textbox', { name: 'Search the settings' }).fill('zzz');
    await page.getByText('No setting has to do with “zzz”.').waitFor();
  });
});
