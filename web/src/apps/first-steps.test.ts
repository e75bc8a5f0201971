import { expect, test } from 'vitest';
import { firstSteps } from './first-steps.rules.ts';

test('G2: the first steps tick themselves by what is so, and are not shown before that is known', () => {
  const facts = { hasSecondFactor: false, people: 1, extensions: 1, hasMail: false };
  expect(firstSteps({ ...facts, people: undefined })).toBeNull();
  const done = (more: Partial<typeof facts>) =>
    firstSteps({ ...facts, ...more })?.flatMap(({ id, isDone }) => (isDone ? [id] : []));
  expect(done({})).toEqual(['extension']);
  expect(done({ people: 2, hasMail: true })).toEqual(['people', 'extension', 'mail']);
  expect(done({ hasSecondFactor: true, extensions: 0 })).toEqual(['second-factor']);
});
