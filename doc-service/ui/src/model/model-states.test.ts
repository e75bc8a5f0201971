import { expect, test } from 'vitest';

import { modelState } from './model-states.ts';
import { t } from '../words/words.ts';

const faults = [
  'budget',
  'rate',
  'refused',
  'wrong-model',
  'untrusted',
  'not-understood',
  'too-large',
  'slow',
  'cut',
  'unreachable',
  'daily-limit',
];

test('J5, J7: each fault of a model has a name of its own, and a next step', () => {
  const shown = [...faults, 'of another version'].map(modelState);
  expect(new Set(shown.map(({ title }) => t(title))).size).toBe(shown.length);
  for (const { next } of shown) expect(t(next)).toMatch(/tried again by itself|page Connections|settings/);
});
