/** What a group may be called, and when two names are the same. */
import { z } from 'zod';
import { pageNumber, searchText } from '#platform/paged-query.ts';

/** NFC, without space around: what is kept and shown. */
export function canonicalName(name: string): string {
  return name.normalize('NFC').trim();
}

/** Two names with the same key are one name. */
export function nameKeyOf(name: string): string {
  return canonicalName(name).toLowerCase().normalize('NFC');
}

/** Every name that a manifest can ask for, and letters of any script besides. */
const name = z
  .string()
  .max(200)
  .transform(canonicalName)
  .refine(
    (text) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]{0,62}$/u.test(text),
    'Letters, digits, space, dot, dash and underscore; at most 63, and a letter or digit first.',
  );

const description = z
  .string()
  .max(500)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text.replaceAll('\n', '')), 'Plain text only.');

export const newGroupForm = z.strictObject({ name, description: description.default('') });

export const groupChangeForm = z
  .strictObject({ name: name.optional(), description: description.optional() })
  .refine((change) => change.name !== undefined || change.description !== undefined, 'Nothing to change.');

export const membersForm = z.strictObject({ user_ids: z.array(z.uuid()).min(1).max(1000) });

/** The largest page is the default one: who pages says so. */
export const membersQuery = z.object({
  q: searchText,
  page: pageNumber,
  page_size: z.coerce.number().int().min(1).max(1000).default(1000),
});
