/**
 * Tesseract in WebAssembly, asked without its JavaScript wrapper: models and pictures are handed in as bytes, nothing is
 * fetched and no thread is started. Called in the process that reads pictures alone.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import sharp from 'sharp';
import { z } from 'zod';
import { pathOfModel } from '#platform/ocr-models.ts';

/** In pixels of the picture that was handed in. @property confidence from 0 to 1 */
export type OcrWord = { text: string; left: number; top: number; width: number; height: number } & {
  confidence: number;
  isLineEnd: boolean;
};
export type OcrEngine = { recognize: (picture: GreyPicture) => Promise<OcrWord[]> };
/** One byte a pixel. */
export type GreyPicture = { pixels: Uint8Array; width: number; height: number };

type TesseractApi = {
  Init: (dataPath: null, languages: string, mode: number) => number;
  SetVariable: (name: string, value: string) => boolean;
  SetImageFile: (orientation: number, angle: number) => number;
  Recognize: (monitor: null) => number;
  GetTSVText: (page: number) => string;
};
type TesseractModule = {
  FS: { writeFile: (path: string, bytes: Uint8Array) => void };
  TessBaseAPI: new () => TesseractApi;
};

const lstmOnly = 1;
const wordLevel = 5;
/** Below this a page may lie on its side or on its head. */
const sureOf = 0.75;
const uprightSoon = 0.6;
/** Text of a strip is enough to see which way is up. */
const stripHeight = 700;
/** Standard deviation of a page that has next to nothing on it. */
const blankDeviation = 1.5;
const tsvRow = z.tuple([
  z.coerce.number(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.string(),
]);

/** @param languages names of installed models, such as `deu` */
export async function openOcrEngine(languages: readonly string[]): Promise<OcrEngine> {
  const module = await loadCore();
  for (const language of languages)
    module.FS.writeFile(
      `${language}.traineddata`,
      await promisify(gunzip)(await readFile(pathOfModel(language))),
    );
  const api = new module.TessBaseAPI();
  if (api.Init(null, languages.join('+'), lstmOnly) !== 0) throw new Error('The models cannot be read.');
  // Columns and blocks are found; the way up is found here.
  api.SetVariable('tessedit_pageseg_mode', '3');
  api.SetVariable('user_defined_dpi', '300');

  const recognize = async (picture: GreyPicture): Promise<OcrWord[]> => {
    module.FS.writeFile('/input', await pngOf(picture));
    if (api.SetImageFile(1, 0) !== 0) throw new Error('The picture of the page cannot be read.');
    if (api.Recognize(null) !== 0) throw new Error('The picture of the page was not understood.');
    return wordsIn(api.GetTSVText(0));
  };

  return {
    async recognize(picture) {
      if (await isBlank(picture)) return [];
      const upright = await recognize(picture);
      if (meanConfidence(upright) >= sureOf) return upright;
      let best = { turn: 0, confidence: meanConfidence(await recognize(await strip(picture, 0))) };
      for (const turn of [90, 180, 270]) {
        const confidence = meanConfidence(await recognize(await strip(picture, turn)));
        if (confidence > best.confidence) best = { turn, confidence };
      }
      if (best.turn === 0 || best.confidence < uprightSoon) return upright;
      const words = await recognize(await turned(picture, best.turn));
      return meanConfidence(words) > meanConfidence(upright)
        ? words.map((word) => turnedBack(word, best.turn, picture))
        : upright;
    },
  };
}

/** Weighed by the letters. */
export function meanConfidence(words: readonly OcrWord[]): number {
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  return letters === 0
    ? 0
    : words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0) / letters;
}

async function loadCore(): Promise<TesseractModule> {
  const load: unknown = createRequire(import.meta.url)('tesseract.js-core/tesseract-core-simd-lstm');
  if (!isCore(load)) throw new Error('tesseract.js-core is not what it was.');
  return load({ print: () => {}, printErr: () => {} });
}

type LoadCore = (output: {
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<TesseractModule>;

/** The package has no types: what it exports is one function. */
function isCore(exported: unknown): exported is LoadCore {
  return typeof exported === 'function';
}

function wordsIn(tsv: string): OcrWord[] {
  const words: (OcrWord & { line: string })[] = [];
  for (const row of tsv.split('\n')) {
    const cells = tsvRow.safeParse(row.split('\t'));
    if (!cells.success || cells.data[0] !== wordLevel || cells.data[11].trim() === '') continue;
    const [, , block, paragraph, line, , left, top, width, height, confidence, text] = cells.data;
    const place = { left, top, width, height, line: `${block}/${paragraph}/${line}` };
    words.push({ text: text.trim(), ...place, confidence: confidence / 100, isLineEnd: false });
  }
  return words.map(({ line, ...word }, index) => ({ ...word, isLineEnd: words[index + 1]?.line !== line }));
}

async function isBlank({ pixels, width, height }: GreyPicture): Promise<boolean> {
  const { channels } = await sharp(pixels, { raw: { width, height, channels: 1 } }).stats();
  return (channels[0]?.stdev ?? 0) < blankDeviation;
}

function pngOf({ pixels, width, height }: GreyPicture): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

async function turned({ pixels, width, height }: GreyPicture, turn: number): Promise<GreyPicture> {
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .rotate(turn)
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** The middle of the turned page. */
async function strip(picture: GreyPicture, turn: number): Promise<GreyPicture> {
  const whole = await turned(picture, turn);
  const height = Math.min(stripHeight, whole.height);
  const top = Math.floor((whole.height - height) / 3);
  return {
    pixels: whole.pixels.subarray(top * whole.width, (top + height) * whole.width),
    width: whole.width,
    height,
  };
}

/** From the turned picture to the one that was handed in. */
function turnedBack(word: OcrWord, turn: number, { width, height }: GreyPicture): OcrWord {
  const { left, top, width: w, height: h } = word;
  switch (turn) {
    case 90:
      return { ...word, left: top, top: height - left - w, width: h, height: w };
    case 180:
      return { ...word, left: width - left - w, top: height - top - h };
    default:
      return { ...word, left: width - top - h, top: left, width: h, height: w };
  }
}
