/** The caller, and the document asked for: one that the caller may see, or none. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context } from 'hono';
import { z } from 'zod';
import { errorWords } from './documents.rules.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { DocumentRow, Editor } from './documents.types.ts';
import { editorOf } from './edit.routes.ts';

export type Visible = {
  viewerOf: (c: Context) => Editor;
  /** @throws Problem 404 for what is not there and for what is not the caller's: one and the same */
  visible: (c: Context) => Promise<DocumentRow>;
  /** @throws Problem 404, 409 where the content is not kept */
  withContent: (c: Context) => Promise<DocumentRow & { sha256: string }>;
};

export function createVisible(store: Pick<DocumentsStore, 'find'>, editorGroup: string): Visible {
  const viewerOf = (c: Context): Editor => editorOf(c, editorGroup);
  async function visible(c: Context): Promise<DocumentRow> {
    const id = z.uuid().safeParse(c.req.param('id'));
    const row = id.success ? await store.find(viewerOf(c), id.data) : null;
    if (!row) throw new Problem('not-found');
    return row;
  }

  async function withContent(c: Context): Promise<DocumentRow & { sha256: string }> {
    const row = await visible(c);
    if (row.sha256 === null)
      throw new Problem('conflict', {
        detail: errorWords(row.error_reason, row.error_detail) ?? 'It is not kept yet.',
      });
    return { ...row, sha256: row.sha256 };
  }

  return { viewerOf, visible, withContent };
}
