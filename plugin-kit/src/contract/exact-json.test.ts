import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalText,
  ExactNumber,
  forValidation,
  isObject,
  isSame,
  numberFrom,
  parseJson,
  stringifyJson,
  withPlainNumbers,
} from './exact-json.ts';

describe('M16: numbers keep every digit', () => {
  test.each([
    '1161888007138312193',
    '9007199254740993',
    '-9007199254740993',
    '0.10000000000000000555',
    '1e400',
    '-1E+400',
    '1e-400',
    '1.0',
    '1e3',
    '-0',
    '123456789012345678901234567890.123456789012345678901234567890',
  ])('%s is written as it was read', (text) => {
    for (const whole of [text, `[${text}]`, `{"a":{"b":[1,${text},"x"]}}`])
      expect(stringifyJson(parseJson(whole))).toBe(whole);
  });

  test.each(['0', '1', '-1', '0.1', '1.5', '9007199254740992', '1e+21', '5e-324', '1161888007138312200'])(
    '%s is a plain number',
    (text) => expect(parseJson(text)).toBe(Number(text)),
  );

  test('any JSON text of numbers comes out as it went in', () => {
    const digits = fc.stringMatching(/^\d{1,40}$/);
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits,
        fc.option(digits),
        fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e-', 'E+'), fc.nat(999))),
      )
      .map(
        ([sign, whole, fraction, power]) =>
          `${sign}${whole.replace(/^0+(?=\d)/, '')}${fraction === null ? '' : `.${fraction}`}${power ? power.join('') : ''}`,
      );
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const text = `[${numbers.join()}]`;
        expect(stringifyJson(parseJson(text))).toBe(text);
      }),
    );
  });

  test('JSON.stringify writes them too, so that no caller can round by accident', () =>
    expect(JSON.stringify({ id: parseJson('1161888007138312193') })).toBe('{"id":1161888007138312193}'));

  test('what has the value of a plain number can be computed with, and nothing else becomes one', () => {
    const value = parseJson('{"a":1.0,"b":[1e3,9007199254740993]}');
    expect(withPlainNumbers(value)).toEqual({ a: 1, b: [1000, new ExactNumber('9007199254740993')] });
  });

  test('a schema library sees finite numbers, and no integer where there is none', () => {
    expect(forValidation(parseJson('[9007199254740993, 1e400, -1e400]'))).toEqual([
      9007199254740992,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
    ]);
    const [close] = [forValidation(parseJson('3.00000000000000000000001'))];
    expect(Number.isInteger(close)).toBe(false);
    expect(close).toBeCloseTo(3);
  });

  test('typed numbers: plain where nothing is lost, exact else, null for what is none', () => {
    expect(['12', '9007199254740993', '1.50', '0x10', '', '1.', '01', 'Infinity'].map(numberFrom)).toEqual([
      12,
      new ExactNumber('9007199254740993'),
      1.5,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('a name that reaches into prototypes stays a member, to be refused by its name', () => {
    const value = parseJson('{"__proto__":{"polluted":9007199254740993}}');
    expect(isObject(value) && Object.keys(value)).toEqual(['__proto__']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('same', () => {
  test.each([
    ['1', '1.0', true],
    ['1', '10e-1', true],
    ['0', '-0.0', true],
    ['9007199254740993', '9007199254740992', false],
    ['9007199254740993', '9007199254740993.0', true],
    ['1e400', '1e401', false],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', true],
    ['[1,2]', '[2,1]', false],
    ['{"a":null}', '{}', false],
    ['1', '"1"', false],
  ])('%s and %s: %s', (one, other, same) => {
    expect(isSame(parseJson(one), parseJson(other))).toBe(same);
    expect(canonicalText(parseJson(one)) === canonicalText(parseJson(other))).toBe(same);
  });
});
