/** The published JSON Schema of the manifest, for editors and for authors in any language. */
import { z } from 'zod';
import { manifestSchema } from './manifest.ts';

/** A manifest as an author writes it: what has a default may be left out, unknown fields may stand. */
export function manifestJsonSchema(): { [key: string]: unknown } {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-2020-12' });
  return { title: 'Berth container manifest, version 1', ...schema };
}
