import { expect, test } from 'vitest';
import { impurities } from './check-rules.ts';

test.each([
  ['let last = 0;', 'line 1: state of the module (let)'],
  ['const a = 1;\nexport let last = 0;', 'line 2: state of the module (export let)'],
  ['export const isOld = (at: number) => at < Date.now();', 'line 1: the clock (Date.now)'],
  ['const at = new Date();', 'line 1: the clock (new Date())'],
  ['const at = performance.now();', 'line 1: the clock (performance.now)'],
  ['const one = Math.random();', 'line 1: dice (Math.random)'],
  ["import { randomBytes } from 'node:crypto';", 'line 1: dice (randomBytes)'],
])('a rule that holds %j is told', (text, told) => {
  expect(impurities(text)).toEqual([told]);
});

test('a rule to which all is handed is content', () => {
  const text =
    'export const isOld = (at: number, now: number) => {\n  let age = now - at;\n  return age-- > 1;\n};';
  expect(impurities(text)).toEqual([]);
  expect(impurities('export const iso = (at: number) => new Date(at).toISOString();')).toEqual([]);
});
