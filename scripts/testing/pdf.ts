/** Small real PDFs for tests. */
import { PDFDocument, StandardFonts } from 'pdf-lib';

export async function pdf(...pages: string[]): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.TimesRoman);
  for (const text of pages)
    document
      .addPage([595, 842])
      .drawText(text, { x: 60, y: 760, size: 14, font, lineHeight: 20, maxWidth: 475 });
  return document.save();
}
