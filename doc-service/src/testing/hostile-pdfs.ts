/** PDFs that mean harm, made by hand: each breaks another promise of a reader. Tests alone. */
import { deflateSync } from 'node:zlib';
import { pdf } from '@berth/testing/pdf.ts';

const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

/** Object 1 is the catalog; offsets are right, whatever is in it. */
export function rawPdf(objects: (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  let length = parts[0]?.length ?? 0;
  const offsets = objects.map((object, index) => {
    const at = length;
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ]);
    parts.push(part);
    length += part.length;
    return at;
  });
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return Buffer.concat([
    ...parts,
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${trailer}>>\nstartxref\n${length}\n%%EOF\n`,
    ),
  ]);
}

function stream(dictionary: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

const onePage = (
  contents: string | Buffer,
  { catalog = '', mediaBox = '[0 0 595 842]', resources = '/Font << /F1 5 0 R >>' } = {},
  ...more: (string | Buffer)[]
): Buffer =>
  rawPdf([
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox ${mediaBox} /Contents 4 0 R /Resources << ${resources} >> >>`,
    contents,
    font,
    ...more,
  ]);

const words = (text: string): Buffer => stream('', Buffer.from(`BT /F1 12 Tf 72 720 Td (${text}) Tj ET`));

/** What a reader must survive; whether it is read or refused is its own affair. */
export const hostilePdfs: Record<string, () => Buffer | Promise<Buffer>> = {
  'a stream that inflates to 400 MB of blanks': () => onePage(bomb(Buffer.alloc(1024 * 1024, ' '), 400)),
  'a stream that inflates to 200 MB of text': () =>
    onePage(bomb(Buffer.from('BT /F1 12 Tf (spam and eggs) Tj ET '.repeat(30_000)), 200)),
  'a stream that is deflated twice': () => {
    const once = deflateSync(Buffer.alloc(300 * 1024 * 1024), { level: 9 });
    return onePage(stream('/Filter [/FlateDecode /FlateDecode]', deflateSync(once, { level: 9 })));
  },
  'a page tree that contains itself': () =>
    rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 2147483647 >>',
    ]),
  'a page tree that says two thousand million pages': () =>
    rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>',
    ]),
  'a page tree of 5,000 levels': () => {
    const levels = Array.from(
      { length: 5000 },
      (_, level) => `<< /Type /Pages /Kids [${level + 3} 0 R] /Parent ${level + 1} 0 R /Count 1 >>`,
    );
    return rawPdf(['<< /Type /Catalog /Pages 2 0 R >>', ...levels, '<< /Type /Page /MediaBox [0 0 9 9] >>']);
  },
  'a page as large as a country': () =>
    onePage(words('Large'), { mediaBox: '[0 0 99999999999 99999999999]' }),
  'a page without a size': () => onePage(words('Small'), { mediaBox: '[0 0 0 0]' }),
  'a page of one point by ten thousand': () => onePage(words('Long'), { mediaBox: '[0 0 1 10000]' }),
  'a form that draws itself': () =>
    onePage(
      stream('', Buffer.from('/X Do')),
      { resources: '/XObject << /X 6 0 R >>' },
      stream(
        '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>',
        Buffer.from('/X Do /X Do /X Do'),
      ),
    ),
  'forms that multiply': () =>
    onePage(
      stream('', Buffer.from('/X Do')),
      { resources: '/XObject << /X 6 0 R >>' },
      ...Array.from({ length: 12 }, (_, level) =>
        stream(
          `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> /XObject << /X ${level + 7} 0 R >> >>`,
          Buffer.from(level === 11 ? 'BT /F1 1 Tf (x) Tj ET' : '/X Do '.repeat(10)),
        ),
      ),
    ),
  'a picture of 60,000 by 60,000': () =>
    onePage(
      stream('', Buffer.from('595 0 0 842 0 0 cm /I Do')),
      { resources: '/XObject << /I 6 0 R >>' },
      stream(
        '/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode',
        deflateSync(Buffer.alloc(50_000_000)),
      ),
    ),
  'script that runs at opening': () =>
    onePage(words('Scripted'), {
      catalog:
        '/OpenAction << /S /JavaScript /JS (while \\(true\\) {} app.alert\\(1\\)) >> /AA << /WC << /S /Launch /F (/bin/sh) >> >>',
    }),
  'a previous table that is this one': () =>
    rawPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>'], '/Prev 9 '),
  'arrays in arrays in arrays': () => onePage(Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)),
  'brackets that never close': () =>
    Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj\n'), Buffer.alloc(3_000_000, '<')]),
  'the first half of a good one': async () => {
    const whole = await pdf('Half of it');
    return Buffer.from(whole.subarray(0, Math.floor(whole.length / 2)));
  },
  'nothing but its first line': () => Buffer.from('%PDF-1.7\n'),
};

/** @param times how often the megabyte is repeated in the stream; deflated it is a thousandth */
function bomb(megabyte: Buffer, times: number): Buffer {
  return stream(
    '/Filter /FlateDecode',
    deflateSync(Buffer.concat(Array.from({ length: times }, () => megabyte)), { level: 9 }),
  );
}

export function manyPages(count: number): Buffer {
  const kids = Array.from({ length: count }, (_, page) => `${4 + 2 * page} 0 R`).join(' ');
  const pages = Array.from({ length: count }, (_, page) => [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + 2 * page} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    words(`This is page ${page + 1}`),
  ]).flat();
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${count} >>`,
    font,
    ...pages,
  ]);
}
