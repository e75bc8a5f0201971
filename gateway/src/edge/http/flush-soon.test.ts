import { setImmediate as endOfTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { FlushQueue } from './flush-soon.ts';

let left: string[] = [];
let queue = new FlushQueue();
const flush = (name: string) => queue.flushSoon({ flush: () => void left.push(name) });

beforeEach(() => {
  queue = new FlushQueue();
  left = [];
});

describe('small writes', () => {
  test('leave at once where there is little to do', () => {
    flush('a');
    flush('b');
    expect(left).toEqual(['a', 'b']);
  });

  test('leave in their order at the end of a turn with many, each once', async () => {
    for (const name of ['a', 'b', 'c', 'd']) flush(name);
    await endOfTurn();
    expect(left).toEqual(['a', 'b', 'c', 'd']);
    await endOfTurn();
    expect(left).toHaveLength(4);
  });

  test('all wait in the turn after a busy one, and none longer than that', async () => {
    for (const name of ['a', 'b', 'c']) flush(name);
    await endOfTurn();
    flush('d');
    expect(left).toEqual(['a', 'b', 'c']);
    await endOfTurn();
    expect(left).toEqual(['a', 'b', 'c', 'd']);
    flush('e');
    expect(left).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('one that makes another write is not in its own way', async () => {
    for (const name of ['a', 'b', 'c']) queue.flushSoon({ flush: () => flush(name) });
    await endOfTurn();
    await endOfTurn();
    expect(left.toSorted()).toEqual(['a', 'b', 'c']);
  });
});
