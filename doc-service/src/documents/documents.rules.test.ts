import { expect, test } from 'vitest';
import { attachment, errorWords, readRange } from './documents.rules.ts';

test.each([
  [undefined, null],
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=90-500', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-500', { start: 0, end: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=20-10', null],
  ['bytes=0-1,5-6', null],
  ['items=0-1', null],
  ['bytes=-', null],
])('I3 range %j of 100 bytes', (header, expected) => {
  expect(readRange(header, 100)).toEqual(expected);
});

test('I3 a name cannot break out of its header', () => {
  expect(attachment('ü"\r\nx.pdf')).toBe(
    `attachment; filename="u____x.pdf"; filename*=UTF-8''%C3%BC%22%0D%0Ax.pdf`,
  );
});

test('G5 why a document is stuck is said in the language of the reader, with what the reader of files told', () => {
  const say = (english: string): string => `<${english}>`;
  expect(errorWords('damaged', null, say)).toBe('<The file is damaged>.');
  expect(errorWords('timed-out', 'It took more than 9 s.', say)).toBe(
    '<Reading it took too long>: <It took more than 9 s.>',
  );
  expect(errorWords('damaged', 'No trailer.')).toBe('The file is damaged: No trailer.');
  expect(errorWords(null, null, say)).toBeNull();
});
