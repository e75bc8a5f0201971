import { describe, expect, test } from 'vitest';

import { formatAgo, formatClock, formatDuration, formatMoment, formatSize, pagesWords } from './format.ts';

const reader = { locale: 'en-GB', timeZone: 'Europe/Berlin' };
const now = Date.parse('2026-05-12T12:00:00Z');
const ago = (seconds: number) => formatAgo(new Date(now - seconds * 1000).toISOString(), now, reader);

describe('quantities carry units', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1536, '1.5 kB'],
    [999_949, '1 MB'],
    [123_456_789, '123 MB'],
    [5e15, '5,000 TB'],
  ])('%d bytes read as %s', (bytes, words) => {
    expect(formatSize(bytes, reader)).toBe(words);
  });

  test('durations name their two largest units', () => {
    expect(formatDuration(400, reader)).toBe('0 secs');
    expect(formatDuration(95_000, reader)).toBe('1 min 35 secs');
    expect(formatDuration(7_200_000, reader)).toBe('2 hrs');
  });

  test('one and many', () => {
    expect(pagesWords(1)).toBe('1 page');
    expect(pagesWords(1200)).toBe('1,200 pages');
  });
});

describe('times are in the reader’s locale and zone', () => {
  test('relative, then the day', () => {
    expect(ago(-5)).toBe('now');
    expect(ago(10)).toBe('now');
    expect(ago(50)).toBe('1 minute ago');
    expect(ago(3 * 3600)).toBe('3 hours ago');
    expect(ago(86_400)).toBe('yesterday');
    expect(ago(30 * 86_400)).toBe('12 Apr 2026');
  });

  test('exact', () => {
    expect(formatMoment('2026-05-12T12:02:11Z', reader)).toBe('12 May 2026, 14:02:11');
    expect(formatMoment('not a time', reader)).toBe('not a time');
    expect(formatClock(now, reader)).toBe('14:00');
  });
});
