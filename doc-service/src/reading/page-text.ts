/** The text of one page, and where each of its characters stands. Called in the reader process alone. */
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { BesideText } from './beside-text.ts';
import type { PageText } from './reading.types.ts';

/** Of one page: more is no text that a person reads. */
const maxCharacters = 400_000;
/** Units of the page's picture to a point: PDFium answers in whole ones. */
const precision = 1000;

type Box = readonly [number, number, number, number];

/** @param heap PDFium's memory as it is now */
export function pageTextOf(
  pdfium: WrappedPdfiumModule,
  page: number,
  heap: () => Uint8Array,
  beside: BesideText,
): PageText {
  const [width, height] = [pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)];
  const onScreen = placement(pdfium, page, heap, { width, height });
  const pieces: { text: string; box: Box }[] = [];
  for (const { text, box } of printedCharacters(pdfium, page, heap))
    pieces.push({ text, box: box ? onScreen(box) : nowhere });
  const placed = beside.onPage(page);
  const values = placed.toSorted((one, other) => Number(other.isField) - Number(one.isField));
  let shown = 0;
  const add = (text: string, box: Box): void => {
    for (const character of text) pieces.push({ text: character, box });
  };
  const firstNote = values.findIndex(({ isField }) => !isField);
  for (const [index, { text, rect }] of values.entries()) {
    if (index === firstNote) shown = pieces.length;
    if (pieces.length > 0) add('\n', nowhere);
    add(text, onScreen(rect));
  }
  return { ok: true, width, height, ...joined(pieces, firstNote < 0 ? pieces.length : shown) };
}

const nowhere: Box = [0, 0, 0, 0];

function joined(
  pieces: readonly { text: string; box: Box }[],
  shownPieces: number,
): Pick<PageText, 'text' | 'boxes' | 'shown'> {
  const text = pieces.map((piece) => piece.text).join('');
  const boxes = new Float32Array(text.length * 4);
  let at = 0;
  let shown = 0;
  for (const [index, piece] of pieces.entries()) {
    if (index === shownPieces) shown = at;
    for (let unit = 0; unit < piece.text.length; unit++) boxes.set(piece.box, 4 * at++);
  }
  return { text, boxes, shown: shownPieces >= pieces.length ? text.length : shown };
}

/** As PDFium gives the text, line ends and all, so that it is the very text that is searched. */
function* printedCharacters(
  pdfium: WrappedPdfiumModule,
  page: number,
  heap: () => Uint8Array,
): Generator<{ text: string; box: Box | null }> {
  const { wasmExports: memory } = pdfium.pdfium;
  const textPage = pdfium.FPDFText_LoadPage(page);
  if (textPage === 0) return;
  try {
    const count = Math.min(pdfium.FPDFText_CountChars(textPage), maxCharacters);
    const text = count > 0 ? readText(pdfium, textPage, count, heap) : '';
    const at = memory.malloc(16);
    if (at === 0) return;
    try {
      let index = 0;
      for (const character of text) {
        const place = pdfium.FPDFText_GetCharIndexFromTextIndex(textPage, index++);
        const isPlaced =
          place >= 0 && !/\s/u.test(character) && pdfium.FPDFText_GetLooseCharBox(textPage, place, at);
        const [left = 0, top = 0, right = 0, bottom = 0] = new Float32Array(heap().buffer, at, 4);
        yield { text: character, box: isPlaced ? [left, top, right, bottom] : null };
      }
    } finally {
      memory.free(at);
    }
  } finally {
    pdfium.FPDFText_ClosePage(textPage);
  }
}

/** @param count characters of the page, from its first */
export function readText(
  pdfium: WrappedPdfiumModule,
  textPage: number,
  count: number,
  heap: () => Uint8Array,
): string {
  const { wasmExports: memory } = pdfium.pdfium;
  const at = memory.malloc((count + 1) * 2);
  if (at === 0) return '';
  try {
    const written = pdfium.FPDFText_GetText(textPage, 0, count, at);
    return Buffer.from(heap().buffer, at, Math.max(0, written - 1) * 2).toString('utf16le');
  } finally {
    memory.free(at);
  }
}

/** From the page's own space to points from its top left, as it is shown: turned and cut as the page says. */
function placement(
  pdfium: WrappedPdfiumModule,
  page: number,
  heap: () => Uint8Array,
  { width, height }: { width: number; height: number },
): (box: Box) => Box {
  const { wasmExports: memory } = pdfium.pdfium;
  const scale = precision / Math.max(1, width / 4000, height / 4000);
  const [sizeX, sizeY] = [Math.round(width * scale), Math.round(height * scale)];
  const at = memory.malloc(8);
  const device = (x: number, y: number): [number, number] => {
    if (at === 0 || !pdfium.FPDF_PageToDevice(page, 0, 0, sizeX, sizeY, 0, x, y, at, at + 4)) return [0, 0];
    const [deviceX = 0, deviceY = 0] = new Int32Array(heap().buffer, at, 2);
    return [deviceX / scale, deviceY / scale];
  };
  try {
    const [originX, originY] = device(0, 0);
    const [rightX, rightY] = device(1000, 0);
    const [upX, upY] = device(0, 1000);
    const on = (x: number, y: number): [number, number] => [
      originX + ((rightX - originX) * x + (upX - originX) * y) / 1000,
      originY + ((rightY - originY) * x + (upY - originY) * y) / 1000,
    ];
    return ([left, top, right, bottom]) => {
      const [x0, y0] = on(left, top);
      const [x1, y1] = on(right, bottom);
      return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
    };
  } finally {
    memory.free(at);
  }
}
