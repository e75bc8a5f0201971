/**
 * F8, end to end: random schemas, stored settings and what a person does, through a real browser, the gateway
 * and a container of the kit. At the end the container holds what was meant, and everything else as it was,
 * digit for digit. A run prints its seeds; `BERTH_FORMS_SEED` repeats one, `BERTH_FORMS_CASES` makes it
 * longer.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  isObject,
  isSame,
  type Json,
  parseJson,
  stringifyJson,
} from '../../plugin-kit/src/contract/exact-json.ts';
import { pointerPart } from '../../plugin-kit/src/contract/json-pointer.ts';
import {
  type Case,
  type Edit,
  type Path,
  randomCase,
} from '../src/plugins/settings/testing/random-settings.ts';
import { openForms, save, type FormsHouse } from './forms-house.ts';

const firstSeed = Number(process.env['BERTH_FORMS_SEED'] ?? Math.floor(Math.random() * 1e9));
const count = Number(process.env['BERTH_FORMS_CASES'] ?? 14);
const cases: readonly (Case & { id: string })[] = Array.from({ length: count }, (_, index) => ({
  id: `case-${index}`,
  ...randomCase(firstSeed + index, 4),
}));

let house: FormsHouse;
let page: Page;
beforeAll(async () => {
  house = await openForms(
    Object.fromEntries(cases.map(({ id, schema, stored }) => [id, { schema, stored }])),
  );
  ({ page } = await house.visit());
});
afterAll(() => house?.close());

test.for(cases)(
  'F8: what was meant is stored, and nothing else changes: seed $seed',
  async ({ id, stored, edits, expected }) => {
    await house.open(page, id);
    for (const edit of edits) await perform(page, edit);
    const told = `${stringifyJson(stored)} ${JSON.stringify(edits)}`;
    const bar = page.getByRole('region', { name: 'Unsaved changes' });
    // What is meant says whether there is anything to save: the page may take its time to show it.
    if (isSame(stored, expected)) await bar.waitFor({ state: 'detached' });
    else expect([told, await save(page)]).toEqual([told, 'saved']);
    const held = parseJson(house.stored(id));
    expect([told, stringifyJson(sorted(held))]).toEqual([told, stringifyJson(sorted(expected))]);
    const untouched = Object.keys(stored).filter((key) => !edits.some(({ path }) => path[0] === key));
    const partsOf = (value: Json): string[] => untouched.map((key) => stringifyJson(memberOf(value, key)));
    expect([told, partsOf(held)]).toEqual([told, partsOf(stored)]);
  },
);

async function perform(page: Page, edit: Edit): Promise<void> {
  const place = placeOf(page, edit.path);
  const box = place.getByRole('textbox').first();
  switch (edit.kind) {
    case 'type':
    case 'number':
      return box.fill(edit.text);
    case 'json':
      await asJson(page, place);
      return box.fill(edit.text);
    case 'append':
      await box.focus();
      await page.keyboard.press('ControlOrMeta+End');
      return page.keyboard.type(edit.text);
    case 'clear':
      return box.fill('');
    case 'choose':
      await place.getByRole('combobox').click();
      return page.getByRole('option', { name: edit.text, exact: true }).click();
    case 'toggle':
      return place.getByRole('switch').click({ force: true });
    case 'half-json': {
      await asJson(page, place);
      const text = await box.inputValue();
      await box.fill(`${text}{`);
      return box.fill(text);
    }
    case 'replace':
    case 'first-secret':
      await press(place, /^Replace/);
      return box.fill(edit.text);
    case 'replace-and-leave':
      await press(place, /^Replace/);
      return;
    case 'clear-secret':
      await press(place, /^Keep/);
      if (!(await press(place, /^Clear/))) await box.fill('');
      return;
    case 'remove-row':
      return place.getByRole('button', { name: `Remove entry ${edit.index + 1}`, exact: true }).click();
    case 'move-up':
      return place.getByRole('button', { name: `Move entry ${edit.index + 1} up`, exact: true }).click();
    case 'add-row':
      await place.getByRole('button', { name: /^Add to/ }).click();
      return place.getByRole('textbox').last().fill(edit.text);
    case 'rename':
      return place.getByRole('textbox', { name: 'Name', exact: true }).nth(edit.index).fill(edit.name);
    case 'remove-entry': {
      const name = await place
        .getByRole('textbox', { name: 'Name', exact: true })
        .nth(edit.index)
        .inputValue();
      return place.getByRole('button', { name: `Remove ${name}`, exact: true }).click();
    }
    case 'add-entry':
      await place.getByRole('button', { name: /^Add an entry/ }).click();
      await place.getByRole('textbox', { name: 'Name', exact: true }).last().fill(edit.name);
      return place.getByRole('textbox', { name: 'Value', exact: true }).last().fill(edit.text);
  }
}

/** A free value is shown by what it is, and can be written as JSON all the same. */
async function asJson(page: Page, place: Locator): Promise<void> {
  const shape = place.getByRole('combobox', { name: /^Shape of/ }).first();
  if ((await shape.count()) === 0 || (await shape.inputValue()) === json) return;
  await shape.click();
  await page.getByRole('option', { name: json, exact: true }).click();
  await place.getByRole('textbox', { name: /./ }).first().waitFor();
}

const json = 'Anything, as JSON';

/** @returns whether there was one */
async function press(place: Locator, name: RegExp): Promise<boolean> {
  const button = place.getByRole('button', { name });
  if ((await button.count()) === 0) return false;
  await button.first().click();
  return true;
}

function placeOf(page: Page, path: Path): Locator {
  const pointer = path.map(pointerPart).join('');
  return page.locator(`[data-pointer=${JSON.stringify(pointer)}]`);
}

function memberOf(value: Json, key: string): Json {
  return isObject(value) ? (value[key] ?? null) : null;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([key, item]) => [key, sorted(item)]));
}
