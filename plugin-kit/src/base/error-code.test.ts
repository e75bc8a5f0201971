import { expect, test } from 'vitest';
import { errorCode } from './error-code.ts';

test('the code of an error is its text; what is no error, or has no text as its code, has none', () => {
  expect(errorCode(Object.assign(new Error('gone'), { code: 'ENOENT' }))).toBe('ENOENT');
  for (const other of [
    new Error('plain'),
    Object.assign(new Error('odd'), { code: 7 }),
    { code: 'ENOENT' },
    null,
  ])
    expect(errorCode(other)).toBeUndefined();
});
