import { expect, test } from 'vitest';
import { errorWords } from './mail.rules.ts';

test('A12 what a mail server said is put in words, code by code; what nobody knows still is a sentence', () => {
  expect(errorWords('ECONNREFUSED')).toBe('The mail server takes no connections.');
  expect(errorWords('EENVELOPE 550')).toBe(
    'The mail server did not take the sender or the recipient. There is no such mailbox, or it refuses our mail.',
  );
  expect(errorWords('UNKNOWN')).toBe('The letter could not be sent.');
});
