/**
 * Typesets a dozen real PDFs in nested folders: letters, invoices, contracts, manuals. The same bytes each time; they lie
 * in scripts/start/samples/, so that running the demonstration needs no typesetter.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PDFDocument, StandardFonts, rgb, type PDFFont, type PDFPage } from 'pdf-lib';
import { samplesFolder } from './start/sample-documents.ts';
import { samples, type Block, type Sample } from './sample-texts.ts';

type Fonts = { regular: PDFFont; bold: PDFFont; italic: PDFFont };

/** @returns the paths below `folder` that were written */
export async function makeSampleDocuments(folder: string): Promise<string[]> {
  for (const sample of samples) {
    const file = join(folder, sample.path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await typeset(sample));
  }
  return samples.map(({ path }) => path);
}

const page = { width: 595.28, height: 841.89, left: 72, right: 72, top: 72, bottom: 84 };
const measure = page.width - page.left - page.right;
const ink = rgb(0.13, 0.14, 0.17);
const soft = rgb(0.42, 0.45, 0.5);
const accent = rgb(0.12, 0.32, 0.52);

async function typeset({ title, letterhead, subtitle, blocks }: Sample): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const madeOn = new Date('2026-01-15T09:00:00Z');
  document.setTitle(title);
  document.setAuthor(letterhead);
  document.setCreationDate(madeOn);
  document.setModificationDate(madeOn);
  const fonts: Fonts = {
    regular: await document.embedFont(StandardFonts.TimesRoman),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
    italic: await document.embedFont(StandardFonts.TimesRomanItalic),
  };
  const pen = createPen(document, fonts);
  pen.masthead(letterhead, title, subtitle);
  for (const block of blocks) pen.block(block);
  document
    .getPages()
    .forEach((sheet, index, sheets) =>
      footer(sheet, fonts, `${letterhead}  ·  ${title}`, `${index + 1} / ${sheets.length}`),
    );
  return document.save();
}

function createPen(document: PDFDocument, { regular, bold, italic }: Fonts) {
  let sheet = document.addPage([page.width, page.height]);
  let y = page.height - page.top;

  const room = (height: number): void => {
    if (y - height >= page.bottom) return;
    sheet = document.addPage([page.width, page.height]);
    y = page.height - page.top;
  };
  const line = (
    words: string,
    font: PDFFont,
    [size, leading]: readonly [size: number, leading: number],
    { x = page.left, color = ink } = {},
  ): void => {
    room(leading);
    y -= leading;
    sheet.drawText(words, { x, y, size, font, color });
  };
  const paragraph = (words: string, x = page.left): void => {
    for (const one of wrap(words, regular, 11.5, page.width - page.right - x))
      line(one, regular, [11.5, 16.5], { x });
    y -= 8;
  };

  return {
    masthead(letterhead: string, title: string, subtitle: string) {
      line(letterhead.toUpperCase(), bold, [9, 12], { color: accent });
      y -= 26;
      for (const one of wrap(title, bold, 22, measure)) line(one, bold, [22, 28]);
      line(subtitle, italic, [12, 20], { color: soft });
      y -= 14;
      sheet.drawLine({
        start: { x: page.left, y },
        end: { x: page.width - page.right, y },
        thickness: 0.8,
        color: accent,
      });
      y -= 16;
    },
    block(block: Block) {
      if (block.kind === 'heading') {
        room(64);
        y -= 10;
        line(block.text, bold, [13, 18], { color: accent });
        y -= 4;
      } else if (block.kind === 'text') paragraph(block.text);
      else if (block.kind === 'list') {
        for (const item of block.items) {
          room(17);
          sheet.drawText('•', { x: page.left + 6, y: y - 16.5, size: 11.5, font: regular, color: accent });
          paragraph(item, page.left + 22);
        }
      } else {
        block.rows.forEach((row, index) => {
          room(22);
          y -= 18;
          let x = page.left;
          row.forEach((cell, column) => {
            sheet.drawText(cell, { x, y, size: 10.5, font: index === 0 ? bold : regular, color: ink });
            x += (block.columns[column] ?? 0) * measure;
          });
          sheet.drawLine({
            start: { x: page.left, y: y - 6 },
            end: { x: page.width - page.right, y: y - 6 },
            thickness: index === 0 ? 0.8 : 0.3,
            color: soft,
          });
        });
        y -= 20;
      }
    },
  };
}

function footer(sheet: PDFPage, { regular }: Fonts, left: string, right: string): void {
  const y = 44;
  sheet.drawText(left, { x: page.left, y, size: 8.5, font: regular, color: soft });
  sheet.drawText(right, {
    x: page.width - page.right - regular.widthOfTextAtSize(right, 8.5),
    y,
    size: 8.5,
    font: regular,
    color: soft,
  });
}

function wrap(words: string, font: PDFFont, size: number, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of words.split(/\s+/)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && font.widthOfTextAtSize(longer, size) > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return current === '' ? lines : [...lines, current];
}

if (import.meta.main) await makeSampleDocuments(samplesFolder);
