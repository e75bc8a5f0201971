/**
 * Pictures of pages compared with those that are kept. A picture is true for one renderer alone: fonts and
 * browsers differ from machine to machine, so each keeps its own.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pixelmatch from 'pixelmatch';
import type { Browser, Frame, Page } from 'playwright-core';
import sharp from 'sharp';
import type { OpenRequests } from './looks.ts';

export type Comparison =
  | { outcome: 'same' | 'renewed' | 'no-baselines' }
  | { outcome: 'missing' | 'size'; detail: string }
  | { outcome: 'different'; detail: string };

export type Album = {
  /** Of this machine, such as `chromium-150-1f2e3d4c`. */
  renderer: string;
  /** There are pictures of this renderer. */
  isKnown: boolean;
  compare: (name: string, picture: Uint8Array) => Promise<Comparison>;
};

/** So many pixels of a square of 32 × 32 may differ: a letter's edge does, a word or a border does not. */
const tolerance = { threshold: 0.12, windowSize: 32, pixels: 24 };

const reference = `<!doctype html><style>
body { margin: 8px; width: 380px; background: #fff; color: #123; }
p { margin: 0 0 4px } .m { font-family: monospace } .s { font-family: serif }
i { display: inline-block; width: 60px; height: 24px; border: 1px solid #2f8bb0; border-radius: 7px;
  background: linear-gradient(#eaf5f9, #2f8bb0) }
</style><p style="font: 14px sans-serif">Harbour fjord, Quay 4711: ÄÖÜ ß ffi → …</p>
<p style="font: 620 24px system-ui">Vexing Wharf & Co</p><p class="m">0123456789 {}</p>
<p class="s">The quick crane lifts.</p><i></i><svg width="24" height="24" fill="none" stroke="#123">
<circle cx="12" cy="12" r="9"/><path d="M4 4l16 16"/></svg>`;

/**
 * @param folder holds a folder for each renderer
 * @param isRenewing keeps what is seen instead of comparing it
 */
export async function openAlbum(browser: Browser, folder: string, isRenewing: boolean): Promise<Album> {
  const renderer = await rendererOf(browser);
  const own = join(folder, renderer);
  const isKnown = await readFile(join(own, 'renderer.webp')).then(
    () => true,
    () => false,
  );
  return {
    renderer,
    isKnown,
    compare: async (name, picture) => {
      const file = join(own, `${name}.webp`);
      if (isRenewing) {
        await keep(file, picture);
        await keep(join(own, 'renderer.webp'), await referencePicture(browser));
        return { outcome: 'renewed' };
      }
      if (!isKnown) return { outcome: 'no-baselines' };
      const kept = await readFile(file).catch(() => null);
      if (kept === null) return { outcome: 'missing', detail: `${name} has no picture to compare with` };
      const comparison = await differenceOf(kept, picture);
      const report = process.env['BERTH_LOOKS'];
      if (comparison.outcome !== 'same' && report) await keep(join(report, `${name}.webp`), picture);
      return comparison;
    },
  };
}

async function differenceOf(kept: Uint8Array, seen: Uint8Array): Promise<Comparison> {
  const [before, after] = [await pixelsOf(kept), await pixelsOf(seen)];
  if (before.width !== after.width || before.height !== after.height) {
    const detail = `${before.width} × ${before.height} became ${after.width} × ${after.height}`;
    return { outcome: 'size', detail };
  }
  const { pixels, ...options } = tolerance;
  const { width, height } = before;
  const worst = pixelmatch(before.data, after.data, null, width, height, options);
  if (worst <= pixels) return { outcome: 'same' };
  const all = pixelmatch(before.data, after.data, null, width, height, { threshold: options.threshold });
  return { outcome: 'different', detail: `${all} pixels differ, ${worst} of them in one square` };
}

async function pixelsOf(picture: Uint8Array) {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function keep(file: string, picture: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await sharp(picture).removeAlpha().webp({ lossless: true, effort: 6 }).toBuffer());
}

/** The browser's generation, and what it makes of letters and lines. */
async function rendererOf(browser: Browser): Promise<string> {
  const { data } = await pixelsOf(await referencePicture(browser));
  const print = createHash('sha256').update(data).digest('hex').slice(0, 8);
  return `${browser.browserType().name()}-${browser.version().split('.')[0]}-${print}`;
}

async function referencePicture(browser: Browser): Promise<Uint8Array> {
  const page = await browser.newPage({ viewport: { width: 400, height: 160 }, deviceScaleFactor: 1 });
  try {
    await page.setContent(reference);
    return await page.screenshot({ animations: 'disabled' });
  } finally {
    await page.close();
  }
}

/**
 * Takes a picture of what does not change from one run to the next: times, ports, ids and folders of this run
 * are replaced by fixed words. It counts when no request was on its way and the next picture is the same.
 */
export async function steadyPicture(
  page: Page,
  { inside = [], requests }: { inside?: readonly Frame[]; requests?: OpenRequests } = {},
): Promise<Uint8Array> {
  let last: Uint8Array | null = null;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (requests && requests.now().length > 0) {
      await inTime(requests.none(), () => `No answer yet: ${requests.now().join(', ')}`);
      last = null;
    }
    for (const where of [page, ...inside]) {
      await where.evaluate(drawWhatCame);
      await where.evaluate(sayNothingOfThisRun);
    }
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' });
    if (last && Buffer.compare(last, picture) === 0) return picture;
    last = picture;
  }
  throw new Error('The page does not come to rest: no two of 20 pictures in a row are the same.');
}

async function inTime(work: Promise<void>, why: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why())), 60_000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Runs in the page: what came is drawn. */
async function drawWhatCame(): Promise<void> {
  await document.fonts.ready;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/** Runs in the page. */
function sayNothingOfThisRun(): void {
  const months = 'January|February|March|April|May|June|July|August|September|October|November|December';
  const fixed = (words: string) =>
    words
      .replaceAll(/\b(127\.0\.0\.1|localhost):\d+/g, '$1:8400')
      .replaceAll(/(?:\/[\w.-]+)*\/berth-e2e-\w+/g, '/srv/berth/data')
      .replaceAll(/\bsince \d\d:\d\d\b/g, 'since 08:00')
      .replaceAll(/\bagain (?:in \d+ s|now)\b/g, 'again in 9 s')
      .replaceAll(new RegExp(`\\b(?:${months}) 20\\d\\d\\b`, 'g'), 'May 2026');
  for (const time of document.querySelectorAll('time'))
    if (time.firstChild) time.firstChild.nodeValue = 'a while ago';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.nodeValue ?? '';
    if (words !== fixed(words)) node.nodeValue = fixed(words);
  }
  for (const input of document.querySelectorAll('input, textarea'))
    if (
      (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) &&
      input.value !== fixed(input.value)
    )
      input.value = fixed(input.value);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}
