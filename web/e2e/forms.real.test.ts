/**
 * Schemas of public software, each in a real browser: the form opens, every part of it is there, what is
 * typed into it arrives as it was typed and nothing else, and what is wrong is refused at its field.
 * `BERTH_FORMS_PARTS` says how many parts of each are filled in.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  isObject,
  isSame,
  type Json,
  type JsonObject,
  parseJson,
  stringifyJson,
} from '../../plugin-kit/src/contract/exact-json.ts';
import { createSettingsCheck, type CheckSettings } from '../../plugin-kit/src/container/settings-check.ts';
import { activeFields, definitionsOf } from '../src/plugins/settings/active-fields.ts';
import { pathOf, withValue } from '../src/plugins/settings/changes.ts';
import { planForm } from '../src/plugins/settings/form-plan.ts';
import type { Field, GroupField } from '../src/plugins/settings/form-plan.types.ts';
import { realSchemas } from '../src/plugins/settings/testing/real-schemas.ts';
import { pointerPart } from '../../plugin-kit/src/contract/json-pointer.ts';
import { openForms, save, type FormsHouse } from './forms-house.ts';

const most = Number(process.env['BERTH_FORMS_PARTS'] ?? 10);
/**
 * Its root is of two shapes of objects, and of such a schema no sample can be judged part by part:
 * `forms.live.test.ts` drives a root of that kind.
 */
const notHere = 'webpack-ignoreplugin';
const wanted = process.env['BERTH_FORMS_ONLY'] ?? '';
const schemas = realSchemas().filter(({ id }) => id !== notHere && id.includes(wanted));

let house: FormsHouse;
let page: Page;
beforeAll(async () => {
  const shapes = schemas.map(({ id, schema }) => [id, { schema, stored: {} }] as const);
  house = await openForms(Object.fromEntries(shapes));
  ({ page } = await house.visit());
}, 240_000);
afterAll(() => house?.close());

test.for(schemas)('F1, F8, M18: $id is opened, filled in and saved', { timeout: 300_000 }, async (real) => {
  const { id, schema } = real;
  const { root: whole, shapes } = planForm(schema, {});
  // Of several shapes of objects the first is shown until another is chosen.
  const root = shapes?.plans[0]?.root ?? whole;
  if (root.kind !== 'group') throw new Error('It is no form.');
  const parts = partsOf(root, '', definitionsOf(schema));
  await house.open(page, id);
  for (const { pointer } of parts) await at(pointer).first().waitFor({ state: 'attached' });
  const check = createSettingsCheck(schema);
  let meant: JsonObject = {};
  for (const { field, pointer } of parts.slice(0, most)) {
    const value = sampleFor(field, (one) => isFine(check, meant, pointer, one));
    if (value === undefined) continue;
    await set(field, at(pointer), value);
    meant = withValue(meant, pathOf(pointer), value);
  }
  const wrong = parts.slice(0, most).find(({ field }) => field.kind === 'number');
  if (wrong) {
    const before = await inputIn(at(wrong.pointer)).inputValue();
    await inputIn(at(wrong.pointer)).fill('12x');
    expect(await save(page)).toMatch(/^refused: .*Write a number/);
    await inputIn(at(wrong.pointer)).fill(before);
  }
  const faults = check(meant);
  const outcome = isSame(meant, {}) ? 'nothing' : await save(page);
  if (faults.length > 0) expect(outcome).toMatch(/^refused: /);
  else expect([outcome, parseJson(house.stored(id))]).toEqual([outcome, meant]);
});

type Part = { field: Field; pointer: string };

/** Every part that is there in an empty form. */
function partsOf(group: GroupField, pointer: string, definitions: JsonObject): Part[] {
  return activeFields(group, {}, definitions).fields.flatMap(({ key, field }) => {
    const at = pointer + pointerPart(key);
    return field.kind === 'group' ? partsOf(field, at, definitions) : [{ field, pointer: at }];
  });
}

function isFine(check: CheckSettings, meant: JsonObject, pointer: string, value: Json): boolean {
  const whole = withValue(meant, pathOf(pointer), value);
  return check(whole).every((fault) => fault.pointer !== pointer && !fault.pointer.startsWith(`${pointer}/`));
}

const texts = [
  'a',
  'abc',
  '1',
  '/a',
  'a.b',
  'https://example.org/',
  '2026-01-31',
  '#aabbcc',
  '.a',
  '#ff0000',
];

/** The first of a few values that its schema takes. */
function sampleFor(field: Field, isFine: (value: Json) => boolean): Json | undefined {
  switch (field.kind) {
    case 'text':
      return [...field.offers, ...field.examples, ...texts].find(
        (one) => typeof one === 'string' && isFine(one),
      );
    case 'number':
      return [1, field.min ?? 2, 10, 100].find(isFine);
    case 'toggle':
      return field.preset !== true;
    case 'choice':
      return field.options.map(({ value }) => value).find((one) => one !== null && isFine(one));
    case 'secret':
      return field.isText ? 'S' : 7;
    case 'list': {
      const row = sampleFor(field.item, (one) => isFine([one]));
      return row === undefined ? undefined : [row];
    }
    case 'map': {
      const entry = sampleFor(field.entry, (one) => isFine({ entry: one }));
      return entry === undefined ? undefined : { entry };
    }
    case 'shapes': {
      for (const shape of field.shapes) {
        const value = sampleFor(shape.field, isFine);
        if (value !== undefined) return value;
      }
      return undefined;
    }
    case 'json':
      return [{ n: 1 }, 'a', [1]].find(isFine);
    case 'group':
    case 'kinds':
    case 'tuple':
    case 'multi':
      return undefined;
  }
}

/** As a person does it, by the controls that are there. */
async function set(field: Field, place: Locator, value: Json): Promise<void> {
  switch (field.kind) {
    case 'text':
    case 'number':
    case 'secret':
      return inputIn(place).fill(typeof value === 'string' ? value : stringifyJson(value));
    case 'json':
      return inputIn(place).fill(JSON.stringify(value));
    case 'toggle':
      return place.getByRole('switch').click({ force: true });
    case 'choice':
      return pick(inputIn(place), field.options.find((option) => isSame(option.value, value))?.label ?? '');
    case 'list':
      await place
        .getByRole('button', { name: /^Add to/ })
        .first()
        .click();
      return set(field.item, below(place, '/0'), Array.isArray(value) ? (value[0] ?? null) : null);
    case 'map': {
      await place
        .getByRole('button', { name: /^Add an entry/ })
        .first()
        .click();
      await place.getByRole('textbox', { name: 'Name', exact: true }).first().fill('entry');
      const entry = isObject(value) ? value['entry'] : undefined;
      if (entry === undefined) throw new Error('It has no entry.');
      return set(field.entry, below(place, '/entry'), entry);
    }
    case 'shapes': {
      const shape = field.shapes.find((one) =>
        isSame(sampleFor(one.field, (same) => isSame(same, value)) ?? null, value),
      );
      if (!shape) throw new Error('It is of no shape.');
      const select = place.getByRole('combobox', { name: /^Shape of/ }).first();
      const isChosen = (await select.inputValue()) === shape.title;
      if (!isChosen) await pick(select, shape.title);
      const isConstant = shape.field.kind === 'choice' && shape.field.options.length === 1;
      return isConstant ? undefined : set(shape.field, place.locator(':scope'), value);
    }
    case 'group':
    case 'kinds':
    case 'tuple':
    case 'multi':
      throw new Error('It is not filled in here.');
  }
}

/** The box of a field; the select of its shape is another one. */
function inputIn(place: Locator): Locator {
  return place.locator('input:not([type=hidden], [aria-label^="Shape of"]), textarea').first();
}

async function pick(select: Locator, label: string): Promise<void> {
  await select.click();
  await page.getByRole('option', { name: label, exact: true }).first().click();
}

function at(pointer: string): Locator {
  return page.locator(`[data-pointer=${JSON.stringify(pointer)}]`);
}

function below(place: Locator, end: string): Locator {
  return place.locator(`[data-pointer$=${JSON.stringify(end)}]`).first();
}
