import { setImmediate as endOfTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { departSoon } from './flush-soon.ts';

let left: string[] = [];
const depart = (name: string) => departSoon({ depart: () => void left.push(name) });

beforeEach(async () => {
  // A turn with little to do.
  departSoon({ depart: () => {} });
  await endOfTurn();
  left = [];
});

describe('small writes', () => {
  test('leave at once where there is little to do', () => {
    depart('a');
    depart('b');
    expect(left).toEqual(['a', 'b']);
  });

  test('leave in their order at the end of a turn with many, each once', async () => {
    for (const name of ['a', 'b', 'c', 'd']) depart(name);
    await endOfTurn();
    expect(left).toEqual(['a', 'b', 'c', 'd']);
    await endOfTurn();
    expect(left).toHaveLength(4);
  });

  test('all wait in the turn after a busy one, and none longer than that', async () => {
    for (const name of ['a', 'b', 'c']) depart(name);
    await endOfTurn();
    depart('d');
    expect(left).toEqual(['a', 'b', 'c']);
    await endOfTurn();
    expect(left).toEqual(['a', 'b', 'c', 'd']);
    depart('e');
    expect(left).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('one that makes another write is not in its own way', async () => {
    for (const name of ['a', 'b', 'c']) departSoon({ depart: () => depart(name) });
    await endOfTurn();
    await endOfTurn();
    expect(left.toSorted()).toEqual(['a', 'b', 'c']);
  });
});
