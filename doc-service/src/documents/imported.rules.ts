/**
 * What an import says of a document, as far as it may be said here; what may not is told in words and left
 * out.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { z } from 'zod';
import {
  categoryPath,
  correspondent,
  distinctTags,
  documentDate,
  documentType,
  maxTags,
  title,
} from './edit.rules.ts';
import { readValue, type Field, type FieldValues } from './fields.rules.ts';
import { line } from './line.rules.ts';

/** A document of another archive. */
export type Foreign = {
  sourceId: string;
  title: string;
  filename: string;
  category: string | null;
  type: string | null;
  correspondent: string | null;
  tags: string[];
  date: string | null;
  addedAt: Date | null;
  values: { field: string; value: unknown }[];
  notes: ForeignNote[];
};
export type ForeignNote = { text: string; at: Date | null; author: string | null };
/** A field here. @property ref what the other archive calls it; @property id null while nothing is written */
export type TakenField = Omit<Field, 'id'> & { ref: string; id: string | null };
export type Told = Omit<Foreign, 'sourceId' | 'values'> & { fields: FieldValues };

const tag = line('a tag', 100);
const maxTextCharacters = 1000;
const maxNoteCharacters = 10_000;

export function readForeign(given: Foreign, fields: readonly TakenField[]): { told: Told; lines: string[] } {
  const lines: string[] = [];
  const taken = <Value>(name: string, schema: z.ZodType<Value>, value: unknown): Value | null => {
    if (value === null) return null;
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    const why = read.error.issues[0]?.message ?? 'it is not allowed';
    lines.push(say`${name} “${shortened(value)}” is left out: ${why}.`);
    return null;
  };
  const tags = distinctTags(given.tags.flatMap((one) => taken('Tag', tag, one) ?? []));
  if (tags.length > maxTags)
    lines.push(say`${tags.length - maxTags} tags are left out: there may be ${maxTags}.`);
  const filename = taken('File name', title, given.filename) ?? `${given.sourceId}.pdf`;
  const { values, notes } = valuesOf(given, fields, lines);
  const told: Told = {
    title: taken('Title', title, given.title) ?? filename,
    filename,
    category: taken('Folder', categoryPath, given.category),
    type: taken('Type', documentType, given.type),
    correspondent: taken('Correspondent', correspondent, given.correspondent),
    tags: tags.slice(0, maxTags),
    date: taken('Date', documentDate, given.date),
    addedAt: given.addedAt,
    fields: values,
    notes: [...given.notes, ...notes].flatMap((note) => wholeNotes(note)),
  };
  return { told, lines };
}

/** A text that is too long for a field becomes a note: it is not cut. */
function valuesOf(
  { values: given }: Foreign,
  fields: readonly TakenField[],
  lines: string[],
): { values: FieldValues; notes: ForeignNote[] } {
  const values: FieldValues = {};
  const notes: ForeignNote[] = [];
  for (const { field: ref, value } of given) {
    const field = fields.find((one) => one.ref === ref);
    if (!field) continue;
    if (field.kind === 'text' && typeof value === 'string' && value.length > maxTextCharacters) {
      notes.push({ text: `${field.name}: ${value}`, at: null, author: null });
      lines.push(say`Field “${field.name}” is longer than a field may be: it becomes a note.`);
      continue;
    }
    const read = readValue({ ...field, id: field.id ?? '' }, value);
    if (!read.ok) {
      const [name, shown] = [field.name, shortened(value)];
      lines.push(say`Field “${name}”: “${shown}” is left out: ${read.detail}.`);
    } else if (field.id !== null) values[field.id] = read.value;
  }
  return { values, notes };
}

/** A note that is too long goes on in the next one. */
function wholeNotes({ text, at, author }: ForeignNote): ForeignNote[] {
  const clean = text.toWellFormed().replaceAll('\u0000', '').trim();
  const parts: ForeignNote[] = [];
  for (let from = 0; from < clean.length; from += maxNoteCharacters)
    parts.push({ text: clean.slice(from, from + maxNoteCharacters).toWellFormed(), at, author });
  return parts;
}

function shortened(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
