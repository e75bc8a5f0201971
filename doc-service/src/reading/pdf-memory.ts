/** Reads what PDFium writes into its memory: each piece of it is asked for, copied out and given back. */
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';

/** Left, top, right and bottom in the space of the page. */
export type Rectangle = [number, number, number, number];

const maxXmlBytes = 4 * 1024 * 1024;
const maxStringBytes = 64 * 1024;

/** @param heap PDFium's memory as it is now */
export function pdfMemory(pdfium: WrappedPdfiumModule, heap: () => Uint8Array) {
  const { wasmExports: memory } = pdfium.pdfium;

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

  const rectOf = (annotation: number): Rectangle => {
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

  return { textFrom, rectOf, bytesOf };
}
