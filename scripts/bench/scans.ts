/** Pages as a scanner makes them: text that is known, drawn, bent and stained. The same each time. */
import { PDFDocument, StandardFonts } from 'pdf-lib';
import sharp from 'sharp';

/** Draws the first page of a PDF. @returns a picture in a format that sharp reads */
export type DrawPage = (pdf: Uint8Array, widthPx: number) => Promise<Uint8Array>;
export type ScanKind = (typeof scanKinds)[number];
export type Scan = { name: string; language: 'deu' | 'eng'; kind: ScanKind; text: string; pdf: Uint8Array };

export const scanKinds = [
  'clean',
  'skewed',
  'noisy',
  'turned by 90',
  'turned by 180',
  'turned by 270',
  'two columns',
  'pale and coarse',
] as const;

const words = {
  deu: `Sehr geehrte Damen und Herren, hiermit kündigen wir den Mietvertrag über die Räume in der Großen Straße
fristgerecht zum nächsten Ersten. Die Abrechnung der Heizkosten für das vergangene Jahr ergibt eine Nachzahlung
von Euro, zahlbar bis zum Monatsende auf unser Konto. Bitte prüfen Sie die beigefügten Belege und bestätigen Sie
uns den Empfang dieser Rechnung schriftlich. Der Verein lädt alle Mitglieder herzlich zur Hauptversammlung ein,
auf der über die Änderung der Satzung, den Haushalt und die Wahl des Vorstands abgestimmt wird. Öffentliche
Förderung wurde beantragt, jedoch bisher nicht bewilligt. Mit freundlichen Grüßen verbleiben wir`,
  eng: `Dear Sir or Madam, we hereby give notice that the lease of the rooms at the harbour ends on the first day of
next month. The statement of heating costs for the past year shows an amount due of pounds, payable by the end of
the month to our account. Please check the enclosed receipts and confirm in writing that you have received this
invoice. The society invites all members to the annual meeting, which will vote on changes to the rules, on the
budget and on the election of the board. Public funding was requested but has not been granted so far. Damage
caused by water was reported within three working days, and the insurer has sent an expert. Yours faithfully`,
};

/** @param drawPage how a page becomes a picture @param count of pages: kinds and languages take turns */
export async function* makeScans(drawPage: DrawPage, count: number): AsyncGenerator<Scan> {
  for (let index = 0; index < count; index++) {
    const kind = scanKinds[index % scanKinds.length] ?? 'clean';
    const language = Math.floor(index / scanKinds.length) % 2 === 0 ? 'deu' : 'eng';
    const random = randomFrom(index + 1);
    const text = textOf(language, kind === 'two columns' ? 150 : 190, random);
    const picture = await drawPage(await typeset(text, kind, index), 1654);
    const pdf = await bound(await scanned(picture, kind, random), kind);
    yield { name: `${index + 1} ${language} ${kind}`, language, kind, text: text.join(' '), pdf };
  }
}

/** Paragraphs of known words, with numbers as letters have them. */
function textOf(language: 'deu' | 'eng', count: number, random: () => number): string[] {
  const all = words[language].split(/\s+/);
  const paragraphs: string[] = [];
  for (let left = count; left > 0;) {
    const length = Math.min(left, 25 + Math.floor(random() * 20));
    const from = Math.floor(random() * all.length);
    const picked = Array.from({ length }, (_, at) =>
      at % 17 === 11 ? amount(random) : (all[(from + at) % all.length] ?? ''),
    );
    paragraphs.push(picked.join(' '));
    left -= length;
  }
  return paragraphs;
}

function amount(random: () => number): string {
  const whole = Math.floor(random() * 9000) + 100;
  return random() < 0.5 ? `RE-2026/${whole}` : `${whole},${10 + Math.floor(random() * 89)}`;
}

async function typeset(paragraphs: readonly string[], kind: ScanKind, index: number): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const faces = [StandardFonts.TimesRoman, StandardFonts.Helvetica, StandardFonts.Courier];
  const font = await document.embedFont(faces[index % faces.length] ?? StandardFonts.TimesRoman);
  const page = document.addPage([595, 842]);
  const columns = kind === 'two columns' ? 2 : 1;
  const width = columns === 2 ? 230 : 475;
  const half = Math.ceil(paragraphs.length / columns);
  for (let column = 0; column < columns; column++) {
    let y = 770;
    for (const text of paragraphs.slice(column * half, (column + 1) * half)) {
      const options = { size: 11, font, lineHeight: 15, maxWidth: width };
      page.drawText(text, { ...options, x: 60 + column * 250, y });
      y -= 15 * Math.ceil(font.widthOfTextAtSize(text, 11) / (width - 20)) + 22;
    }
  }
  return document.save();
}

async function scanned(picture: Uint8Array, kind: ScanKind, random: () => number): Promise<Buffer> {
  const background = '#ffffff';
  const angle = kind === 'skewed' ? (random() - 0.5) * 5 : (random() - 0.5) * 0.4;
  let image = sharp(picture).flatten({ background }).greyscale().rotate(angle, { background });
  if (kind === 'pale and coarse') image = image.resize(1050).linear(0.45, 125);
  const { data, info } = await image.blur(0.6).raw().toBuffer({ resolveWithObject: true });
  const sigma = kind === 'noisy' ? 55 : 8;
  for (let at = 0; at < data.length; at += info.channels) {
    const noise = (random() + random() + random() - 1.5) * sigma;
    const speck = kind === 'noisy' && random() < 0.002 ? -160 : 0;
    data.fill(Math.max(0, Math.min(255, (data[at] ?? 0) + noise + speck)), at, at + info.channels);
  }
  return sharp(data, { raw: info }).jpeg({ quality: 60 }).toBuffer();
}

async function bound(jpeg: Uint8Array, kind: ScanKind): Promise<Uint8Array> {
  const turn = Number(/\d+$/.exec(kind)?.[0] ?? 0);
  const turned = turn === 0 ? jpeg : await sharp(jpeg).rotate(turn).jpeg({ quality: 80 }).toBuffer();
  const document = await PDFDocument.create();
  const image = await document.embedJpg(turned);
  const [width, height] = turn % 180 === 0 ? [595, 842] : [842, 595];
  document.addPage([width, height]).drawImage(image, { x: 0, y: 0, width, height });
  return document.save();
}

/** A small generator of numbers from 0 to 1: the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
