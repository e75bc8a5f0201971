import { expect, test } from 'vitest';
import { readableLine } from './log-lines.ts';

test('a log line is one calm line for a person: what is absent is left out, details of the trade too', () => {
  const line = (more: object) =>
    readableLine(
      JSON.stringify({
        level: 30,
        time: '2026-11-28T18:00:48.000Z',
        name: 'gateway',
        msg: 'it is so',
        ...more,
      }),
    );
  expect(line({ plugin: 'x', detail: null })).toBe('18:00:48 info  it is so plugin=x');
  expect(line({ level: 20 })).toBeNull();
  expect(line({ msg: 'request' })).toBeNull();
  expect(line({ long: 'a'.repeat(300) })).toHaveLength('18:00:48 info  it is so long='.length + 201);
});
