/** A line of JSON as pino and others write it → a line of a log; and whether it is one that is looked for. */
import type { LogFilter, LogItem } from '@berth/plugin-kit/contract/capabilities/logs.ts';
import { RE2JS } from 're2js';

const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'fatal',
};
const maxText = 8000;

/** @returns `null` for a line that is no JSON object with a time */
export function readLine(text: string): LogItem | null {
  const line = objectOf(text);
  if (!line) return null;
  const { time, msg, message, level, ...others } = line;
  const at = typeof time === 'number' || typeof time === 'string' ? new Date(time) : null;
  if (!at || Number.isNaN(at.getTime())) return null;
  const words = [msg, message].find((one) => typeof one === 'string');
  return {
    at: at.toISOString(),
    message: typeof words === 'string' ? words.slice(0, maxText) : '',
    level: typeof level === 'number' ? (levels[level] ?? String(level)) : textOrNull(level),
    fields: Object.fromEntries(
      Object.entries(others).map(([name, value]) => [name.slice(0, 128), plain(value)]),
    ),
  };
}

export type Matches = (item: LogItem) => boolean;

/** Regular expressions run in linear time: they come from people. @throws Error for one that is none */
export function matcher(query: string, filters: readonly LogFilter[]): Matches {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = filters.map(({ field, op, value }) => {
    const holds = operatorOf(op, value);
    return (item: LogItem) => holds(String(fieldOf(item, field) ?? ''));
  });
  return (item) => {
    const text = `${item.message} ${Object.values(item.fields).join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word)) && tests.every((test) => test(item));
  };
}

function operatorOf(op: LogFilter['op'], value: string): (text: string) => boolean {
  if (op === 'regex') {
    const pattern = RE2JS.compile(value);
    return (text) => pattern.matcher(text).find();
  }
  const tests = {
    eq: (text: string) => text === value,
    ne: (text: string) => text !== value,
    contains: (text: string) => text.includes(value),
    starts_with: (text: string) => text.startsWith(value),
  };
  return tests[op];
}

function fieldOf(item: LogItem, field: string): LogItem['fields'][string] | undefined {
  if (field === 'message') return item.message;
  if (field === 'level') return item.level;
  return Object.hasOwn(item.fields, field) ? item.fields[field] : null;
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function plain(value: unknown): LogItem['fields'][string] {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, maxText);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 32) : null;
}
