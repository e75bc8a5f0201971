/** Where a page of a list ended, so that the next one begins behind it however many documents lie before it. */
import { createHash } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { z } from 'zod';
import type { DocumentRow, Sort } from './documents.types.ts';

/** @property value of the field that the list is sorted by */
export type Cursor = { value: string; id: string };

const shape = z.tuple([z.string().max(24), z.string().max(20_000), z.uuid()]);

/** @param asked everything that decides which documents are listed, and in which order */
export function writeCursor(asked: unknown, sort: Sort, last: DocumentRow): string {
  return Buffer.from(JSON.stringify([fingerprint(asked), valueOf(sort, last), last.id])).toString(
    'base64url',
  );
}

/** @throws Problem 422 for one that is not ours, or of another list */
export function readCursor(asked: unknown, sort: Sort, written: string): Cursor {
  const read = shape.safeParse(jsonOf(Buffer.from(written, 'base64url').toString('utf8')));
  if (!read.success) throw wrong('is no cursor of a list');
  const [of, value, id] = read.data;
  if (of !== fingerprint(asked)) throw wrong('belongs to a list with other filters or another order');
  if (!isValue(sort, value)) throw wrong('is no cursor of a list');
  return { value, id };
}

function wrong(detail: string): Problem {
  return new Problem('invalid', { errors: [{ pointer: '/cursor', detail }] });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fingerprint(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 12);
}

function valueOf(sort: Sort, { created_at: createdAt, title, size_bytes: size }: DocumentRow): string {
  if (sort.endsWith('title')) return title;
  return sort.endsWith('size_bytes') ? String(size) : createdAt.toISOString();
}

function isValue(sort: Sort, value: string): boolean {
  if (sort.endsWith('title')) return !value.includes('\u0000');
  if (sort.endsWith('size_bytes')) return /^\d{1,18}$/.test(value);
  return z.iso.datetime().safeParse(value).success;
}
