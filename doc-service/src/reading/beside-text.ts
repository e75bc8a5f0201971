/**
 * What a PDF says beside the text of its pages: form fields and notes on a page; the outline, the names of attachments and
 * the metadata of the whole. Called in the reader process alone.
 */
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';

export type BesideText = {
  /** Values of form fields and notes, one a line; empty for none. */
  onPage: (page: number) => string;
  /** Outline titles, attachments' names, and who wrote what about which subject. */
  ofDocument: () => string;
  close: () => void;
};

const widget = 20;
const maxAnnotations = 5_000;
const maxBookmarks = 2_000;
const maxAttachments = 200;
const maxDepth = 12;
const maxStringBytes = 64 * 1024;
const metaNames = ['Title', 'Author', 'Subject', 'Keywords'];

/** @param heap PDFium's memory as it is now */
export function besideText(
  pdfium: WrappedPdfiumModule,
  document: number,
  heap: () => Uint8Array,
): BesideText {
  const { wasmExports: memory } = pdfium.pdfium;
  const formInfo = pdfium.PDFiumExt_OpenFormFillInfo();
  const form = formInfo === 0 ? 0 : pdfium.PDFiumExt_InitFormFillEnvironment(document, formInfo);

  /** @param get writes UTF-16 with a NUL at its end; @returns how many bytes it wants */
  const textFrom = (get: (buffer: number, bytes: number) => number): string => {
    const bytes = Math.min(get(0, 0), maxStringBytes);
    if (bytes <= 2) return '';
    const at = memory.malloc(bytes + 2);
    if (at === 0) return '';
    try {
      return get(at, bytes) > bytes
        ? ''
        : Buffer.from(heap().buffer, at, bytes - 2)
            .toString('utf16le')
            .trim();
    } finally {
      memory.free(at);
    }
  };

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
      const found: string[] = [];
      const count = Math.min(pdfium.FPDFPage_GetAnnotCount(page), maxAnnotations);
      for (let index = 0; index < count; index++) {
        const annotation = pdfium.FPDFPage_GetAnnot(page, index);
        if (annotation === 0) continue;
        found.push(annotationText(annotation));
        pdfium.FPDFPage_CloseAnnot(annotation);
      }
      return found.filter((text) => text !== '').join('\n');
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
