/** What this room needs of the archive: bytes become a document, and what came with them a person's word. */
import type { Context } from 'hono';

export type FormField = { name: string; value: string };
export type Received = { filename: string; sha256: string; sizeBytes: number };
/** What came with a file, not read yet. `fields` are values by the keys of the archive's own fields. */
export type Said = {
  title?: string;
  type?: string;
  correspondent?: string;
  date?: string;
  tags?: string[];
  category?: string;
  fields?: Record<string, unknown>;
};
export type Place = { filename: string; category: string | null };
export type Arrived = { id: string; filename: string; state: string; error: string | null };

/** @template Person as the archive knows who sends, @template Checked what was said, read */
export type Arriving<Person extends { userId: string }, Checked> = {
  editorOf: (c: Context) => Person;
  /** A form with one file. @throws Problem 400, 413, 415, 422 or 507 */
  receiveForm: (c: Context, part: string) => Promise<Received & { fields: FormField[] }>;
  /** Bytes as they come. @throws Problem 400, 413, 415 or 507 */
  receiveBytes: (chunks: AsyncIterable<Uint8Array>, filename: string) => Promise<Received>;
  /** @throws Problem 422 that points to each, 403 for a closed folder */
  check: (person: Person, said: Said, at?: string) => Promise<Checked>;
  /** @returns the document's id, the same for the same bytes */
  take: (received: Received, person: Person, said: Checked) => Promise<string>;
  /** Where it still is as it came. */
  rename: (person: Person, id: string, from: Place, to: Place) => Promise<void>;
  fieldKeys: () => Promise<string[]>;
  find: (person: Person, id: string) => Promise<Arrived | null>;
};
