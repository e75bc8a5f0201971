import { describe, expect, test } from 'vitest';
import { callsIn } from './calls.ts';
import { isReached, ratio, rowOf, type Figure, type Reading } from './readings.ts';

describe('rows are made of rounds', () => {
  test('the cheapest round counts, growth reaches from before the first to the most of all', () => {
    const rounds = [
      reading({ cpuMicroseconds: 40, rssBefore: 100, rssPeak: 110 }),
      reading({ cpuMicroseconds: 25, rssBefore: 108, rssPeak: 109 }),
      reading({ name: 'other', cpuMicroseconds: 10 }),
    ];
    expect(rowOf('own', rounds)).toMatchObject({
      cpu: 25,
      cpuMedian: 32.5,
      fullCore: 40_000,
      growth: 10,
      bad: 2,
    });
  });

  test('a ratio is of full cores, and none where one of the two was not measured', () => {
    const readings = [reading({ cpuMicroseconds: 20 }), reading({ name: 'other', cpuMicroseconds: 10 })];
    const rows = [rowOf('own', readings), rowOf('other', readings)];
    expect(ratio(rows, 'own', 'other')).toBe(0.5);
    expect(ratio(rows, 'own', 'absent')).toBeNull();
  });
});

describe('figures', () => {
  const figure = (reached: number | null, is: Figure['is']): Figure => ({
    figure: '',
    reached,
    wanted: 2,
    is,
  });

  test('each bound is taken at its word', () => {
    expect([1.99, 2, 2.01].map((reached) => isReached(figure(reached, 'at least')))).toEqual([
      false,
      true,
      true,
    ]);
    expect([1.99, 2, 2.01].map((reached) => isReached(figure(reached, 'at most')))).toEqual([
      true,
      true,
      false,
    ]);
    expect([1.99, 2, 2.01].map((reached) => isReached(figure(reached, 'below')))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('what was not measured is neither reached nor missed', () => {
    expect(isReached(figure(null, 'at most'))).toBeNull();
    expect(isReached(figure(Number.NaN, 'at most'))).toBeNull();
  });
});

describe('system calls', () => {
  test('reads and writes are counted, with and without errors, the total line is not', () => {
    const table = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 50.00    0.200000           1       200           write
 40.00    0.100000           1       150        10 read
  5.00    0.020000           1        50           writev
  5.00    0.020000           1        25           epoll_wait
------ ----------- ----------- --------- --------- ----------------
100.00    0.340000           1       425        10 total
`;
    expect(callsIn(table, 100)).toEqual({ writes: 2.5, reads: 1.5, polls: 0.25, all: 4.25 });
  });

  test('a table without a call says that nothing was seen', () => {
    expect(callsIn('strace: attach: not permitted\n', 100)).toBeNull();
  });
});

function reading(given: Partial<Reading>): Reading {
  return {
    name: 'own',
    answered: 100,
    bad: 1,
    requestsPerSecond: 1_000,
    busy: 1,
    isFilled: true,
    cpuMicroseconds: 1,
    p50Ms: 1,
    p99Ms: 2,
    rssBefore: 1,
    rssPeak: 1,
    rssAfter: 1,
    ...given,
  };
}
