/** Choices of the moment, a root of several shapes, and the quieter ways of a form, in a real browser. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../plugin-kit/src/contract/exact-json.ts';
import { accessibilityFindings } from './axe.ts';
import { openForms, save, type FormsHouse, type Shape } from './forms-house.ts';

const text: JsonObject = { type: 'string' };
const ports = [
  { value: 993, title: 'IMAP with TLS' },
  { value: 143, title: 'IMAP' },
];
const offering = (stored: JsonObject): Shape => ({
  schema: {
    type: 'object',
    properties: {
      folder: { title: 'Folder', ...text, 'x-choices-from': { path: '/choices/folders' } },
      port: { title: 'Port', type: 'integer', 'x-choices-from': { path: '/choices/ports' } },
      sides: { title: 'Sides', type: 'array', uniqueItems: true, items: { enum: ['left', 'right'] } },
      span: {
        title: 'Span',
        type: 'array',
        prefixItems: [
          { title: 'From', type: 'integer' },
          { title: 'To', type: 'integer' },
        ],
        items: false,
      },
      loud: { title: 'Loud', type: 'boolean' },
      fast: { title: 'Fast', type: 'boolean', default: true },
    },
  },
  stored,
  choices: {
    '/choices/folders': (q) => ['bills', 'letters', 'lectures'].filter((name) => name.includes(q)),
    '/choices/ports': (q) => ports.filter(({ value, title }) => `${value} ${title}`.includes(q)),
  },
});
const ignoring: JsonObject = {
  title: 'What is left out',
  anyOf: [
    {
      title: 'By name',
      type: 'object',
      additionalProperties: false,
      required: ['pattern'],
      properties: { pattern: { title: 'Pattern', ...text }, context: { title: 'Context', ...text } },
    },
    {
      title: 'By program',
      type: 'object',
      additionalProperties: false,
      required: ['program'],
      properties: { program: { title: 'Program', ...text }, context: { title: 'Context', ...text } },
    },
  ],
};
const shapes: Record<string, Shape> = {
  offering: offering({ loud: false, fast: true }),
  leaving: offering({}),
  ignoring: { schema: ignoring, stored: {} },
  stored: { schema: ignoring, stored: { program: 'sort', context: 'c' } },
};

let house: FormsHouse;
let page: Page;
beforeAll(async () => {
  house = await openForms(shapes);
  ({ page } = await house.visit());
}, 240_000);
afterAll(() => house?.close());

const held = (id: string): unknown => JSON.parse(house.stored(id));
const at = (pointer: string): Locator => page.locator(`[data-pointer="${pointer}"]`);
const box = (name: string): Locator => page.getByRole('textbox', { name, exact: true });
const option = (name: string | RegExp): Locator => page.getByRole('option', { name });

test('F6: choices of the moment for a number: chosen by its words, stored as a number; typed ones count too', async () => {
  await house.open(page, 'offering');
  await box('Port').click();
  await option('IMAP with TLS').click();
  expect(await box('Port').inputValue()).toBe('993');
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await save(page)).toBe('saved');
  expect(held('offering')).toEqual({ port: 993, loud: false, fast: true });
  await box('Port').fill('12x');
  expect(await save(page)).toMatch(/^refused: .*Write a number/);
  await box('Port').fill('1143');
  expect(await save(page)).toBe('saved');
  expect(held('offering')).toMatchObject({ port: 1143 });
});

test('F6, G5: where the container is gone, the last choices stay and are said to be old', async () => {
  await house.open(page, 'leaving');
  await box('Folder').click();
  await option('letters').waitFor();
  await house.stop('leaving');
  await box('Folder').fill('lect');
  await page.getByText('The extension does not answer: these choices may be old.').waitFor();
  await option('letters').waitFor({ state: 'detached' });
  await option('lectures').click();
  expect(await box('Folder').inputValue()).toBe('lectures');
});

test('F1, F8: an optional tuple is filled in place by place, several are chosen of those offered', async () => {
  await house.open(page, 'offering');
  await box('From').fill('3');
  await box('To').fill('5');
  await at('/sides').locator('input:not([type=hidden])').first().click();
  await option('right').click();
  await option('left').click();
  await page.keyboard.press('Escape');
  expect(await save(page)).toBe('saved');
  expect(held('offering')).toMatchObject({ span: [3, 5], sides: ['right', 'left'] });
});

test('F1: a root of two shapes is a choice; what the shape that was left held comes back with it', async () => {
  await house.open(page, 'ignoring');
  const shape = page.getByRole('combobox', { name: 'Shape of What is left out' });
  expect(await shape.inputValue()).toBe('By name');
  expect(await box('Program').count()).toBe(0);
  await box('Pattern').fill('^tmp');
  await box('Context').fill('all');
  await shape.click();
  await option('By program').click();
  expect(await box('Pattern').count()).toBe(0);
  expect(await box('Context').inputValue()).toBe('all');
  expect(await save(page)).toMatch(/^refused: .*Fill this in/);
  // What was wrong with the one shape is not said of the other.
  await shape.click();
  await option('By name').click();
  await page.getByText(/Fill this in/).waitFor({ state: 'detached' });
  await shape.click();
  await option('By program').click();
  await box('Program').fill('sort');
  await shape.click();
  await option('By name').click();
  expect(await box('Pattern').inputValue()).toBe('^tmp');
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await save(page)).toBe('saved');
  expect(held('ignoring')).toEqual({ pattern: '^tmp', context: 'all' });
});

test('F1: what is stored says which of the shapes of the root it has', async () => {
  await house.open(page, 'stored');
  expect(await box('Program').inputValue()).toBe('sort');
  expect(await box('Pattern').count()).toBe(0);
});

test('M15: a switch that says what its default says has no way to be unset; without a default it has one', async () => {
  await house.open(page, 'offering');
  await at('/loud').getByRole('button', { name: 'Unset Loud' }).waitFor();
  expect(await at('/fast').getByRole('button').count()).toBe(0);
  await at('/fast').getByRole('switch').click({ force: true });
  await at('/fast').getByRole('button', { name: 'Reset to On: Fast' }).click();
  expect(await at('/fast').getByRole('switch').isChecked()).toBe(true);
});
