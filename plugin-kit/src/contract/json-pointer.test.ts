import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathOf, pointerTo } from './json-pointer.ts';

test('the pointers of RFC 6901, section 5', () => {
  for (const [path, pointer] of [
    [[], ''],
    [['foo', 0], '/foo/0'],
    [[''], '/'],
    [['a/b'], '/a~1b'],
    [['m~n'], '/m~0n'],
    [['~1'], '/~01'],
  ] as const)
    expect(pointerTo(path)).toBe(pointer);
});

test('every path is what its pointer says', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a', 'é') })), (path) => {
      expect(pathOf(pointerTo(path))).toEqual(path);
    }),
  );
});
