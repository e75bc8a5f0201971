import { expect, test } from 'vitest';
import { likeness, sketchOf } from './sketch.rules.ts';

const words = (from: number, many: number) =>
  Array.from({ length: many }, (_, at) => `word${((from + at) * 7919) % 10_007}`).join(' ');

test('I11: a text with a few other words looks alike, another text does not', () => {
  const letter = words(0, 400);
  const [same, changed, other] = [letter, letter.replaceAll(/word1\d\d\b/g, 'else'), words(5_000, 400)];
  const numbers = (text: string) => sketchOf(text)?.numbers ?? [];
  expect(likeness(numbers(letter), numbers(same.toUpperCase()))).toBe(1);
  expect(likeness(numbers(letter), numbers(changed))).toBeGreaterThan(0.8);
  expect(likeness(numbers(letter), numbers(other))).toBeLessThan(0.1);
  expect(sketchOf('too few words')).toBeNull();
});

test('I11: alike texts share a band, so that one is found from the other; a long text costs no more', () => {
  const long = words(0, 100_000);
  const one = sketchOf(long);
  const other = sketchOf(`${long.slice(0, 30_000)} changed here ${long.slice(30_050)}`);
  expect(one?.bands.length).toBe(16);
  expect(one?.bands.some((band) => other?.bands.includes(band))).toBe(true);
});
