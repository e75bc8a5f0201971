/**
 * What a PDF says beside the text of its pages: form fields and notes on a page; the outline, the names of attachments and
 * the metadata of the whole. Called in the reader process alone.
 */
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';

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
export type PlacedText = { text: string; rect: [number, number, number, number]; isField: boolean };

export type Attachment = { name: string; bytes: Uint8Array };

const widget = 20;
const maxAnnotations = 5_000;
const maxBookmarks = 2_000;
const maxAttachments = 200;
const maxXmlBytes = 4 * 1024 * 1024;
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

  const rectOf = (annotation: number): PlacedText['rect'] => {
    const at = memory.malloc(16);
    try {
      if (at === 0 || !pdfium.FPDFAnnot_GetRect(annotation, at)) return [0, 0, 0, 0];
      const [left = 0, top = 0, right = 0, bottom = 0] = new Float32Array(heap().buffer, at, 4);
      return [left, top, right, bottom];
    } finally {
      memory.free(at);
    }
  };

  /** Empty for a file that is larger than an invoice can be. */
  const bytesOf = (attachment: number): Uint8Array => {
    const sizeAt = memory.malloc(4);
    if (sizeAt === 0) return new Uint8Array();
    try {
      const sizeOf = (): number => new Uint32Array(heap().buffer, sizeAt, 1)[0] ?? 0;
      if (!pdfium.FPDFAttachment_GetFile(attachment, 0, 0, sizeAt)) return new Uint8Array();
      const size = sizeOf();
      const at = size > 0 && size <= maxXmlBytes ? memory.malloc(size) : 0;
      if (at === 0) return new Uint8Array();
      try {
        const isRead = pdfium.FPDFAttachment_GetFile(attachment, at, size, sizeAt);
        return isRead ? heap().slice(at, at + Math.min(size, sizeOf())) : new Uint8Array();
      } finally {
        memory.free(at);
      }
    } finally {
      memory.free(sizeAt);
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
