/**
 * JSON whose numbers keep every digit. RFC 8259 sets no limit to a number; a JavaScript number is a double, which
 * holds 9007199254740993 as …992. What a double would write in another way is read as an `ExactNumber`.
 */

export type Json = null | boolean | number | string | ExactNumber | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A number as it was written: `1161888007138312193`, `0.10000000000000000555`, `1e400`, and `1.0` too. */
export class ExactNumber {
  readonly text: string;

  /** @throws Error when the text is no JSON number (RFC 8259 section 6) */
  constructor(text: string) {
    if (!numberSyntax.test(text)) throw new Error('This is not a JSON number.');
    this.text = text;
  }

  /** Whether a JavaScript number has the very same value (`1.0` is 1), so that it can be edited and computed with. */
  get isSafe(): boolean {
    const nearest = Number(this.text);
    return Number.isFinite(nearest) && decimalOf(this.text) === decimalOf(String(nearest));
  }

  /** `JSON.stringify` writes the digits as they are. */
  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }

  toString(): string {
    return this.text;
  }
}

/**
 * As `JSON.parse`, but for the numbers.
 * @throws SyntaxError when it is not JSON, RangeError when it is nested some thousands of levels deep
 */
export function parseJson(text: string): Json {
  const value: unknown = mayLoseDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  // `JSON.parse` makes nothing else.
  return isJson(value) ? value : null;
}

export function stringifyJson(value: Json, indent?: number): string {
  return JSON.stringify(value, null, indent);
}

/** A number that was typed: a plain one where no digit is lost, and `null` for what is no JSON number. */
export function numberFrom(text: string): number | ExactNumber | null {
  if (!numberSyntax.test(text)) return null;
  const exact = new ExactNumber(text);
  return exact.isSafe ? Number(text) : exact;
}

/** Plain numbers wherever they have the same value: for programs that compute with them. */
export function withPlainNumbers(value: JsonObject): JsonObject;
export function withPlainNumbers(value: Json): Json;
export function withPlainNumbers(value: Json): Json {
  return mapNumbers(value, (exact) => (exact.isSafe ? Number(exact.text) : exact));
}

/**
 * For JSON Schema libraries, which know JavaScript numbers alone: the nearest one, always finite, and no integer where
 * the exact number is none.
 */
export function forValidation(value: Json): Json {
  return mapNumbers(value, ({ text }) => {
    const nearest = Math.min(Math.max(Number(text), -Number.MAX_VALUE), Number.MAX_VALUE);
    const isWhole = !decimalOf(text).includes('e-');
    return Number.isInteger(nearest) && !isWhole && Math.abs(nearest) < 2 ** 51 ? nextTo(nearest) : nearest;
  });
}

/** Equal as JSON Schema says: numbers by their value (1 is 1.0), and the order of members does not count. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one === 'number' && typeof other === 'number') return false;
  if (isNumber(one) && isNumber(other)) return decimalOf(String(one)) === decimalOf(String(other));
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSame(item, other[index]))
    );
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}

/** The same text for all that is the same (see `isSame`): to compare many with many. */
export function canonicalText(value: Json | undefined): string {
  if (isNumber(value)) return decimalOf(String(value));
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'absent';
  const members = Object.keys(value).toSorted((one, other) => (one < other ? -1 : 1));
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`).join()}}`;
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

export function isNumber(value: Json | undefined): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

declare global {
  interface JSON {
    /** Stage 4 of TC39, in Node 24 and the browsers of 2025; the `es2024` library does not know it yet. */
    rawJSON(text: string): unknown;
  }
}

/** Most settings have no such number, and looking at each value takes its time. */
const mayLoseDigits = /\d{16}|\d[.eE]|-0/;

const numberSyntax = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** @param context `source` is the text of a value that is no list and no object */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined || String(value) === context.source)
    return value;
  return new ExactNumber(context.source);
}

function isJson(value: unknown): value is Json {
  return value !== undefined;
}

function mapNumbers(value: Json, map: (exact: ExactNumber) => Json): Json {
  if (value instanceof ExactNumber) return map(value);
  if (Array.isArray(value)) return value.map((item) => mapNumbers(item, map));
  if (!isObject(value)) return value;
  // From entries, so that a member called `__proto__` is a member and nothing more.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapNumbers(item, map)]));
}

/** One spelling for each value: digits without zeros at either end, and the power of ten. */
function decimalOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  // Not by a pattern: `0+$` takes quadratic time where many zeros stand in the middle.
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  const significant = digits.slice(0, end);
  if (significant === '') return '0e0';
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}

/** The double beside an integer: as near as one can be that is no integer. */
function nextTo(integer: number): number {
  return integer === 0 ? Number.MIN_VALUE : integer * (1 - Number.EPSILON);
}
