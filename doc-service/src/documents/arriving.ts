/**
 * What arrives by other ways than the pages: the file becomes a document, and what came with it a person's
 * word.
 */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { z } from 'zod';
import { parsed } from '#platform/parsed.ts';
import { errorWords } from './documents.rules.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { Editor } from './documents.types.ts';
import { closedCategory, editorOf } from './edit.routes.ts';
import * as rules from './edit.rules.ts';
import type { Change, Facts } from './edit.rules.ts';
import type { FactsStore } from './facts.store.ts';
import type { FieldsStore } from './fields.store.ts';
import { accepted, receiveUpload, type FormField, type Received } from './upload.ts';
import type { Vault } from './vault.ts';

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
export type Checked = Change & { category?: string | undefined };
export type Place = { filename: string; category: string | null };
export type Arrived = { id: string; filename: string; state: string; error: string | null };

export type Arriving = {
  editorOf: (c: Context) => Editor;
  /** A form with one file. @throws Problem 400, 413, 415, 422 or 507 */
  receiveForm: (c: Context, part: string) => Promise<Received & { fields: FormField[] }>;
  /** Bytes as they come. @throws Problem 400, 413, 415 or 507 */
  receiveBytes: (chunks: AsyncIterable<Uint8Array>, filename: string) => Promise<Received>;
  /**
   * @param at where it stands in what was sent @throws Problem 422 that points to each, 403 for a closed
   * folder
   */
  check: (editor: Editor, said: Said, at?: string) => Promise<Checked>;
  /** Bytes without an owner: all who may see the folder see it. @throws Problem */
  takeForAll: (
    chunks: AsyncIterable<Uint8Array>,
    filename: string,
    said: Said,
    by: string,
  ) => Promise<string>;
  /**
   * Makes it a document. What was said holds where it was not said before: sent once more, it
   * changes nothing.
   * @returns its id, the same for the same bytes
   */
  take: (received: Received, editor: Editor, said: Checked) => Promise<string>;
  /** Where it still is as it came: its client found the name only after it had sent the bytes. */
  rename: (editor: Editor, id: string, from: Place, to: Place) => Promise<void>;
  /** Keys of the archive's own fields. */
  fieldKeys: () => Promise<string[]>;
  /** Null for what is not there, and for what the editor does not see. */
  find: (editor: Editor, id: string) => Promise<Arrived | null>;
};

export type ArrivingDeps = {
  store: DocumentsStore;
  facts: FactsStore;
  fields: FieldsStore;
  vault: Pick<Vault, 'keepStream'>;
};
export type ArrivingOptions = {
  maxPdfBytes: () => number;
  nameForm: { shown: (name: string) => string; title: (filename: string) => string };
  editorGroup: string;
  /** Something is to do. */
  wake: () => void;
};

const saidSchema = z.strictObject({
  title: rules.title.optional(),
  type: rules.documentType.unwrap().optional(),
  correspondent: rules.correspondent.unwrap().optional(),
  date: rules.documentDate.unwrap().optional(),
  tags: rules.tagList.optional(),
  category: rules.categoryPath.optional(),
});

export function arriving(
  { store, facts, fields, vault }: ArrivingDeps,
  { maxPdfBytes, nameForm, editorGroup, wake }: ArrivingOptions,
): Arriving {
  const receiveBytes: Arriving['receiveBytes'] = async (chunks, filename) => {
    const maxBytes = maxPdfBytes();
    return accepted(await vault.keepStream(Readable.from(chunks), maxBytes), filename, maxBytes);
  };

  const check: Arriving['check'] = async (editor, { fields: given, ...said }, at = '') => {
    const read = parsed(saidSchema, said, { at, levels: 1 });
    const values = given ? await fields.read(editor, given, at) : undefined;
    if (read.category !== undefined && !(await facts.mayPutInto(editor, read.category)))
      throw closedCategory();
    return { ...read, ...(values ? { fields: values } : {}) };
  };

  const take = async (
    { sha256, sizeBytes, ...received }: Received,
    editor: Editor,
    said: Checked,
    ownerId: string | null,
  ): Promise<string> => {
    const filename = nameForm.shown(received.filename);
    const title = nameForm.title(filename);
    const id = await store.noteUpload({ sha256, sizeBytes, filename, title, ownerId });
    if (Object.keys(said).length > 0)
      await facts.changeEach(editor, [id], {
        changesOf: async (_tx, all) =>
          new Map([...all].map(([one, present]) => [one, whereUnsaid(present, said, title)])),
        after: async () => {},
      });
    wake();
    return id;
  };

  return {
    editorOf: (c) => editorOf(c, editorGroup),

    receiveForm: (c, part) =>
      receiveUpload({
        body: c.req.raw.body,
        contentType: c.req.header('content-type'),
        givenName: undefined,
        maxBytes: maxPdfBytes(),
        vault,
        part,
      }),

    receiveBytes,
    check,

    take: (received, editor, said) => take(received, editor, said, editor.userId),

    async takeForAll(chunks, filename, said, by) {
      const editor = { userId: by, name: by, isEditor: true, isSuperuser: true, groups: [] };
      const checked = await check(editor, said);
      return take(await receiveBytes(chunks, filename), editor, checked, null);
    },

    async rename(editor, id, from, to) {
      const [before, after] = [nameForm.shown(from.filename), nameForm.shown(to.filename)];
      const renamed = (present: Facts): Change => ({
        filename: present.filename === before ? after : undefined,
        title: present.title === nameForm.title(before) ? nameForm.title(after) : undefined,
        category: present.category === from.category ? to.category : undefined,
      });
      await facts.changeEach(editor, [id], {
        changesOf: async (_tx, all) => new Map([...all].map(([one, present]) => [one, renamed(present)])),
        after: async () => {},
      });
      wake();
    },

    fieldKeys: async () => (await fields.list()).map(({ key }) => key),

    async find(editor, id) {
      const row = z.uuid().safeParse(id).success ? await store.find(editor, id) : null;
      if (!row) return null;
      const error = errorWords(row.error_reason, row.error_detail);
      return { id: row.id, filename: row.filename, state: row.status, error };
    },
  };
}

/** @param titleOfFile what it is called until a person says otherwise */
function whereUnsaid(present: Facts, said: Checked, titleOfFile: string): Change {
  const fields = Object.entries(said.fields ?? {}).filter(([key]) => present.fields[key] === undefined);
  return {
    title: present.title === titleOfFile ? said.title : undefined,
    type: present.type === null ? said.type : undefined,
    correspondent: present.correspondent === null ? said.correspondent : undefined,
    date: present.date === null ? said.date : undefined,
    category: present.category === null ? said.category : undefined,
    addTags: present.tags.length === 0 ? said.tags : undefined,
    ...(fields.length > 0 ? { fields: Object.fromEntries(fields) } : {}),
  };
}
