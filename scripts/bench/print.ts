/** Rows and figures as tables for a terminal. */
import { fullCore, isReached, type Figure, type Row } from './readings.ts';

export function partRows(rows: readonly Row[]) {
  return rows.map((row) => ({
    contender: row.name,
    'CPU µs/req': round(row.cpu, 1),
    median: round(row.cpuMedian, 1),
    'req/s a full core': Math.round(row.fullCore),
    'req/s': Math.round(row.requestsPerSecond),
    'core busy': `${Math.round(row.busy * 100)} %${row.isFilled && row.busy < fullCore ? ', not full' : ''}`,
    'p50 ms': round(row.p50, 2),
    'p99 ms': round(row.p99, 2),
    'RSS MiB': Math.round(row.rss),
    'growth MiB': Math.round(row.growth),
    bad: row.bad,
  }));
}

export function figureRows(figures: readonly Figure[]) {
  return figures.map((figure) => ({
    figure: figure.figure,
    reached: figure.reached === null ? 'not measured here' : round(figure.reached, 3),
    wanted: `${{ 'at least': '≥', 'at most': '≤', below: '<' }[figure.is]} ${figure.wanted}`,
    outcome: { true: 'reached', false: 'MISSED', null: '' }[`${isReached(figure)}`],
  }));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
