/** One document as its page shows it: what is known of it, with its text, versions, notes and history. */
import type { Context } from 'hono';
import { sayOrNull, sayTo } from '#platform/words/spoken.ts';
import {
  wireDocument,
  wireEvent,
  wireInvoice,
  wireVersion,
  type AttachedInvoice,
} from './documents.rules.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { FieldsStore } from './fields.store.ts';
import { wireNote } from './library.routes.ts';
import type { NotesStore } from './notes.store.ts';
import type { Visible } from './visible.ts';

/** @property detail why the first of those that failed did */
export type OcrCounts = { waiting: number; read: number; failed: number; detail: string | null };

export type DocumentAnswerDeps = Pick<Visible, 'viewerOf' | 'visible'> & {
  store: Pick<DocumentsStore, 'places' | 'text' | 'history' | 'versions'>;
  notes: Pick<NotesStore, 'of'>;
  fields: Pick<FieldsStore, 'ofDocument'>;
  /** Pages that are read from their pictures. */
  ocrCounts: (sha256: string) => Promise<OcrCounts>;
  /** The invoice that is attached to a document as XML. */
  invoiceOf: (documentId: string) => Promise<AttachedInvoice | null>;
};

const textExcerptCharacters = 20_000;

export function createDocumentAnswer(deps: DocumentAnswerDeps): (c: Context) => Promise<Response> {
  const { store, viewerOf, visible } = deps;
  return async (c) => {
    const row = await visible(c);
    const viewer = viewerOf(c);
    const [places, text, history, versions, notes, fields, ocr, invoice] = await Promise.all([
      store.places(viewer, [row.id]),
      store.text(row.id),
      store.history(row.id),
      store.versions(row.id),
      deps.notes.of(row.id),
      deps.fields.ofDocument(viewer, row.id),
      row.sha256 === null ? null : deps.ocrCounts(row.sha256),
      deps.invoiceOf(row.id),
    ]);
    const say = sayTo(c);
    const wire = wireDocument(row, places, say);
    return c.json(
      {
        ...wire,
        text: text === null ? null : text.slice(0, textExcerptCharacters),
        versions: versions.map((version) => wireVersion(row.id, version)),
        fields,
        notes: notes.map((note) => wireNote(note, viewer)),
        history: history.map(wireEvent),
        ocr: ocr && { ...ocr, detail: sayOrNull(say, ocr.detail) },
        invoice: wireInvoice(invoice, say),
      },
      200,
      { etag: wire.etag },
    );
  };
}
