import { expect, test } from 'vitest';

import { failureOf, noAnswer, uploadWords } from './failure.ts';

test.each([
  [502, 'offline'],
  [503, 'offline'],
  [504, 'offline'],
  [404, 'gone'],
  [401, 'not-allowed'],
  [403, 'not-allowed'],
  [422, 'refused'],
  [500, 'broken'],
])('%d is %s', (status, kind) => {
  expect(failureOf(status, null, null).kind).toBe(kind);
});

test('the words are the problem’s own, the request id is kept', () => {
  const failure = failureOf(
    400,
    { type: 'x', title: 'No', detail: 'The phrase has no end.', request_id: 'r-1' },
    null,
  );
  expect(failure.message).toBe('The phrase has no end.');
  expect(failure.requestId).toBe('r-1');
  expect(failureOf(500, '<html>', 'r-2')).toMatchObject({
    message: 'The server answered 500.',
    requestId: 'r-2',
  });
});

test('H11 each refusal of an upload says what to do', () => {
  expect(uploadWords(failureOf(413, { detail: 'The limit is 200 MB' }, null))).toBe(
    'This file is larger than the limit. The limit is 200 MB.',
  );
  expect(uploadWords(failureOf(415, null, null))).toContain('not a PDF');
  expect(uploadWords(failureOf(507, null, null))).toContain('disk');
  expect(uploadWords(noAnswer())).toContain('connection');
});
