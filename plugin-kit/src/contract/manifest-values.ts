/** The small values that a manifest is made of. */
import { z } from 'zod';

export const text = (max: number) =>
  z
    .string()
    .max(max)
    // Plain text for people: no control or bidi-override characters that could forge what they read.
    .regex(
      /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$/,
      'plain text without control characters',
    );

export const segment = String.raw`[A-Za-z0-9._~!$&'()+,;=:@-]+`;
export const absolutePath = z
  .string()
  .max(512)
  .regex(
    new RegExp(`^/(?:${segment}(?:/${segment})*/?)?$`),
    'an absolute path without query, escapes or wildcards',
  )
  .refine((path) => !/(^|\/)\.\.?(\/|$)/.test(path), 'no dot segments');
export const itemId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a slug: lower-case letters, digits, dash');
export const iconName = z
  .string()
  .max(256)
  .regex(
    /^(?:[a-z][a-z0-9-]{0,62}|[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*\.(?:png|svg))$/,
    "a name of the shell's icon set, or a relative path to a PNG or SVG",
  )
  .refine((name) => !/(?:^|\/)\.\.?(?:\/|$)/.test(name), 'no dot segments');
/** A JSON Schema of a container: any object here; compiled under guard when the manifest is admitted. */
export const foreignSchema = z.record(z.string(), z.unknown());
