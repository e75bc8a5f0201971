/** What people may say of a document, and what becomes of it when they say something else. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import { caseKey } from '#platform/case-key.ts';
import { fieldText, type FieldValue, type FieldValues } from './fields.rules.ts';
import { line, unshowable } from './line.rules.ts';

/** What people say of a document. */
export type Facts = {
  title: string;
  type: string | null;
  tags: string[];
  category: string | null;
  /** Of the archive's own fields, by their ids. */
  fields: FieldValues;
  correspondent: string | null;
  /** The day that it bears, such as `2026-03-31`. */
  date: string | null;
  filename: string;
  isTrashed: boolean;
};
export type Change = {
  title?: string | undefined;
  type?: string | null | undefined;
  tags?: string[] | undefined;
  addTags?: string[] | undefined;
  removeTags?: string[] | undefined;
  category?: string | null | undefined;
  fields?: FieldValues | undefined;
  correspondent?: string | null | undefined;
  date?: string | null | undefined;
  filename?: string | undefined;
  trash?: boolean | undefined;
};
const texts = ['title', 'type', 'category', 'correspondent', 'date', 'filename'] as const;
export type FactKind = (typeof texts)[number] | 'tags' | 'field' | 'trashed' | 'restored';
/** @property field the id of the archive's own field */
export type FactEvent = { kind: FactKind; from: unknown; to: unknown; field?: string };

export const maxTags = 50;
export const maxDepth = 10;
const maxSegmentCharacters = 255;

export const title = line('a title', 500);
export const documentType = line('a type', 100).nullable();
export const correspondent = line('a correspondent', 200).nullable();
export const documentDate = z.iso.date('must be a date such as 2026-03-31').nullable();
const tag = line('a tag', 100);
/** The first spelling of each stays, in order. */
export const tagList = z
  .array(tag, 'must be a list of tags')
  .max(1000, 'must not be so many')
  .transform(distinctTags)
  .refine((tags) => tags.length <= maxTags, say`must be at most ${maxTags} tags`);
export const categoryPath = z
  .string('must be a path such as invoices/2026')
  .max(4096, 'must have at most 4096 characters')
  .transform((given) =>
    given
      .toWellFormed()
      .normalize('NFC')
      .split('/')
      .map((one) => one.trim())
      .join('/'),
  )
  .superRefine((path, { addIssue }) => {
    const names = path.split('/');
    if (names.length > maxDepth) addIssue(say`must be at most ${maxDepth} deep`);
    if (names.some((one) => one === '')) addIssue('must have no empty name: invoices/2026');
    if (names.some((one) => one === '.' || one === '..')) addIssue('must have no name that is . or ..');
    if (names.some((one) => one.length > maxSegmentCharacters))
      addIssue(say`a name must have at most ${maxSegmentCharacters} characters`);
    if (unshowable.test(path)) addIssue('must have no control characters');
  });

export function distinctTags(tags: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const one of tags) if (!byKey.has(caseKey(one))) byKey.set(caseKey(one), one);
  return [...byKey.values()];
}

/** @returns null when the tags would be too many */
export function changed(before: Facts, change: Change): Facts | null {
  const removed = new Set((change.removeTags ?? []).map(caseKey));
  const kept = (change.tags ?? before.tags).filter((one) => !removed.has(caseKey(one)));
  const tags = distinctTags([...kept, ...(change.addTags ?? [])]);
  if (tags.length > maxTags) return null;
  return {
    title: change.title ?? before.title,
    type: change.type === undefined ? before.type : change.type,
    tags,
    category: change.category === undefined ? before.category : change.category,
    fields: withoutNull({ ...before.fields, ...change.fields }),
    correspondent: change.correspondent === undefined ? before.correspondent : change.correspondent,
    date: change.date === undefined ? before.date : change.date,
    filename: change.filename ?? before.filename,
    isTrashed: change.trash ?? before.isTrashed,
  };
}

/** What the history says of it; empty when nothing changed. */
export function eventsOf(before: Facts, after: Facts): FactEvent[] {
  const events: FactEvent[] = [];
  for (const kind of texts)
    if (before[kind] !== after[kind]) events.push({ kind, from: before[kind], to: after[kind] });
  if (before.tags.join('\n') !== after.tags.join('\n'))
    events.push({ kind: 'tags', from: before.tags, to: after.tags });
  for (const field of new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])) {
    const [from, to] = [before.fields[field] ?? null, after.fields[field] ?? null];
    if (!isSameValue(from, to)) events.push({ kind: 'field', from, to, field });
  }
  if (before.isTrashed !== after.isTrashed)
    events.push({ kind: after.isTrashed ? 'trashed' : 'restored', from: null, to: null });
  return events;
}

function withoutNull(values: FieldValues): FieldValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function isSameValue(one: FieldValue | null, other: FieldValue | null): boolean {
  return one === other || (one !== null && other !== null && fieldText(one) === fieldText(other));
}

/** `bills/2026` below `bills` moved to `archive/bills` is `archive/bills/2026`. */
export function movedPath(path: string, from: string, to: string): string {
  return path === from ? to : `${to}${path.slice(from.length)}`;
}

export function isAtOrBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}
