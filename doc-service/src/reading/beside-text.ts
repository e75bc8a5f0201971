/**
 * What a PDF says beside the text of its pages: form fields and notes on a page; the outline, the names of attachments and
 * the metadata of the whole. Called in the reader process alone.
 */
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';
import { pdfMemory, type Rectangle } from './pdf-memory.ts';

export type BesideText = {
  /** Values of form fields and notes, each with the rectangle that it stands in. */
  onPage: (page: number) => PlacedText[];
  /** Attached files that may be an invoice: their names and bytes. */
  attachments: () => Attachment[];
  /** Outline titles, attachments' names, and who wrote what about which subject. */
  ofDocument: () => string;
  close: () => void;
};

/** @property rect left, top, right and bottom in the space of the page; @property isField whether the page shows it */
export type PlacedText = { text: string; rect: Rectangle; isField: boolean };

export type Attachment = { name: string; bytes: Uint8Array };

const widget = 20;
const maxAnnotations = 5_000;
const maxBookmarks = 2_000;
const maxAttachments = 200;
const maxDepth = 12;
const metaNames = ['Title', 'Author', 'Subject', 'Keywords'];

/** @param heap PDFium's memory as it is now */
export function besideText(
  pdfium: WrappedPdfiumModule,
  document: number,
  heap: () => Uint8Array,
): BesideText {
  const formInfo = pdfium.PDFiumExt_OpenFormFillInfo();
  const form = formInfo === 0 ? 0 : pdfium.PDFiumExt_InitFormFillEnvironment(document, formInfo);

  const { textFrom, rectOf, bytesOf } = pdfMemory(pdfium, heap);

  const annotationText = (annotation: number): string => {
    if (pdfium.FPDFAnnot_GetSubtype(annotation) !== widget)
      return textFrom((buffer, bytes) =>
        pdfium.FPDFAnnot_GetStringValue(annotation, 'Contents', buffer, bytes),
      );
    const value =
      form === 0
        ? ''
        : textFrom((buffer, bytes) => pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, bytes));
    return value === ''
      ? textFrom((buffer, bytes) => pdfium.FPDFAnnot_GetStringValue(annotation, 'V', buffer, bytes))
      : value;
  };

  const outline = (parent: number, depth: number, titles: string[], seen: Set<number>): void => {
    let bookmark = pdfium.FPDFBookmark_GetFirstChild(document, parent);
    // An outline may bite its own tail.
    while (bookmark !== 0 && depth < maxDepth && titles.length < maxBookmarks && !seen.has(bookmark)) {
      const at = bookmark;
      seen.add(at);
      titles.push(textFrom((buffer, bytes) => pdfium.FPDFBookmark_GetTitle(at, buffer, bytes)));
      outline(at, depth + 1, titles, seen);
      bookmark = pdfium.FPDFBookmark_GetNextSibling(document, at);
    }
  };

  return {
    onPage(page) {
      const found: PlacedText[] = [];
      const count = Math.min(pdfium.FPDFPage_GetAnnotCount(page), maxAnnotations);
      for (let index = 0; index < count; index++) {
        const annotation = pdfium.FPDFPage_GetAnnot(page, index);
        if (annotation === 0) continue;
        const isField = pdfium.FPDFAnnot_GetSubtype(annotation) === widget;
        found.push({ text: annotationText(annotation), rect: rectOf(annotation), isField });
        pdfium.FPDFPage_CloseAnnot(annotation);
      }
      return found.filter(({ text }) => text !== '');
    },
    attachments() {
      const found: Attachment[] = [];
      const count = Math.min(pdfium.FPDFDoc_GetAttachmentCount(document), maxAttachments);
      for (let index = 0; index < count; index++) {
        const attachment = pdfium.FPDFDoc_GetAttachment(document, index);
        if (attachment === 0) continue;
        const name = textFrom((buffer, bytes) => pdfium.FPDFAttachment_GetName(attachment, buffer, bytes));
        if (/\.xml$/i.test(name)) found.push({ name, bytes: bytesOf(attachment) });
      }
      return found;
    },
    ofDocument() {
      const found = metaNames.map((name) =>
        textFrom((buffer, bytes) => pdfium.FPDF_GetMetaText(document, name, buffer, bytes)),
      );
      const attachments = Math.min(pdfium.FPDFDoc_GetAttachmentCount(document), maxAttachments);
      for (let index = 0; index < attachments; index++) {
        const attachment = pdfium.FPDFDoc_GetAttachment(document, index);
        if (attachment !== 0)
          found.push(textFrom((buffer, bytes) => pdfium.FPDFAttachment_GetName(attachment, buffer, bytes)));
      }
      outline(0, 0, found, new Set());
      return found.filter((text) => text !== '').join('\n');
    },
    close() {
      if (form !== 0) pdfium.PDFiumExt_ExitFormFillEnvironment(form);
      if (formInfo !== 0) pdfium.PDFiumExt_CloseFormFillInfo(formInfo);
    },
  };
}
