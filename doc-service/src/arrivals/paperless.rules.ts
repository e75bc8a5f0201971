/** What the fields of such a form say. An empty one says nothing, as the clients send them all. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { FormField, Said } from './arrivals.types.ts';

/** @throws Problem 422 for a field that comes twice where one is meant */
export function saidIn(fields: readonly FormField[]): Said {
  const title = only(fields, 'title');
  const created = only(fields, 'created');
  const correspondent = only(fields, 'correspondent');
  const type = only(fields, 'document_type');
  const category = only(fields, 'storage_path');
  const tags = all(fields, 'tags');
  return {
    ...(title === null ? {} : { title }),
    // A day, or a moment that begins with one.
    ...(created === null ? {} : { date: /^\d{4}-\d{2}-\d{2}(?=[T ])/.exec(created)?.[0] ?? created }),
    ...(correspondent === null ? {} : { correspondent }),
    ...(type === null ? {} : { type }),
    ...(category === null ? {} : { category }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** @throws Problem 422 */
export function serialNumberIn(fields: readonly FormField[]): number | null {
  const given = only(fields, 'archive_serial_number');
  if (given === null) return null;
  if (!/^\d{1,10}$/.test(given)) throw wrong('archive_serial_number', 'must be a whole number');
  return Number(given);
}

function only(fields: readonly FormField[], name: string): string | null {
  const [first, second] = all(fields, name);
  if (second !== undefined) throw wrong(name, 'must come once');
  return first ?? null;
}

function all(fields: readonly FormField[], name: string): string[] {
  return fields.flatMap((field) => (field.name === name && field.value.trim() !== '' ? [field.value] : []));
}

function wrong(name: string, detail: string): Problem {
  return new Problem('invalid', { errors: [{ pointer: `/${name}`, detail }] });
}
