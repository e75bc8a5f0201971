/** What may be said of the rights of groups. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import type { Rights } from './documents.types.ts';

const maxGroups = 100;
const group = z
  .string('must be the name of a group')
  .transform((given) => given.toWellFormed().normalize('NFC').trim())
  .refine((name) => name !== '', 'must not be empty')
  .refine((name) => name.length <= 200, 'must have at most 200 characters');
const groups = z
  .array(group, 'must be a list of groups')
  .max(maxGroups, say`must be at most ${maxGroups} groups`)
  .transform((names) => [...new Set(names)]);

export const sharingBody = z.strictObject({ read: groups, edit: groups });
/** Null: what is above decides. */
export const rightsBody = z.strictObject({
  rights: z
    .strictObject({ everyone: z.boolean('must be true or false'), read: groups, edit: groups })
    .nullable() satisfies z.ZodType<Rights | null>,
});
