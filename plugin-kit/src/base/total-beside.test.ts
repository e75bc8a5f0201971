import { expect, test } from 'vitest';
import { totalBeside } from './total-beside.ts';

test.each([
  { name: 'nothing on the first page is nothing at all', counted: 1, offset: 0, shown: 0, total: 0 },
  { name: 'what came after it was counted is counted', counted: 0, offset: 0, shown: 1, total: 1 },
  { name: 'the last page ends the list', counted: 27, offset: 20, shown: 3, total: 23 },
  { name: 'a full page is never more than all', counted: 19, offset: 10, shown: 10, total: 20 },
  { name: 'more may follow a full page', counted: 25, offset: 10, shown: 10, total: 25 },
  { name: 'an empty page lies behind the end', counted: 31, offset: 30, shown: 0, total: 30 },
  { name: 'far behind the end, what was counted holds', counted: 5, offset: 30, shown: 0, total: 5 },
])('H12 a total fits the page beside it: $name', ({ counted, offset, shown, total }) => {
  expect(totalBeside({ counted, offset, shown, pageSize: 10 })).toBe(total);
});
