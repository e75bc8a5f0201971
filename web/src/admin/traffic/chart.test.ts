import { expect, test } from 'vitest';
import { columnsOf } from './chart.rules.ts';

test('E11 G4 each slot has its time, and counts are of a second', () => {
  const series = { requests: [0, 10, 25], errors: [0, 0, 5], p95_ms: [null, 4, 9] };
  const total = {
    series,
    open: { requests: 0, streams: 0 },
    since_start: { requests: 0, by_class: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }, limits: {} },
    requests_per_second: 0,
    error_share: 0,
    refused_share: 0,
    bytes_per_second: 0,
    p50_ms: null,
    p95_ms: null,
    p99_ms: null,
  };
  const at = '2026-01-31T10:00:17.000Z';
  const rest = { event_loop_delay_p99_ms: 0, rss_bytes: 0, items: [], problems: [] };
  const columns = columnsOf({ at, slot_seconds: 5, slots: 3, total, ...rest });
  expect(columns.timesS.map((time) => new Date(time * 1000).toISOString().slice(11, 19))).toEqual([
    '10:00:00',
    '10:00:05',
    '10:00:10',
  ]);
  expect(columns).toMatchObject({
    requestsPerSecond: [0, 2, 5],
    errorsPerSecond: [0, 0, 1],
    p95Ms: [null, 4, 9],
  });
});
