/** A PDF that opens with its password alone: the oldest of the standard ways, by hand. Tests alone. */
import { createHash } from 'node:crypto';

const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const permissions = -44;
const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

/** One page that says `text`. */
export function lockedPdf(password: string, text: string): Buffer {
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32);
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const mask = Buffer.alloc(4);
  mask.writeInt32LE(permissions);
  const key = md5(Buffer.concat([padded, owner, mask, id])).subarray(0, 5);
  const objectKey = md5(Buffer.concat([key, Buffer.from([4, 0, 0, 0, 0])])).subarray(0, 10);
  const content = rc4(objectKey, Buffer.from(`BT /F1 14 Tf 72 720 Td (${text}) Tj ET`, 'latin1'));
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    Buffer.concat([
      Buffer.from(`<< /Length ${content.length} >>\nstream\n`),
      content,
      Buffer.from('\nendstream'),
    ]),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Filter /Standard /V 1 /R 2 /P ${permissions} /O ${hex(owner)} /U ${hex(rc4(key, padding))} >>`,
  ];
  let body = Buffer.from('%PDF-1.4\n');
  const rows = objects.map((object, index) => {
    const at = body.length;
    const lines = [Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')];
    body = Buffer.concat([body, ...lines]);
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const trailer = `<< /Size 7 /Root 1 0 R /Encrypt 6 0 R /ID [${hex(id)} ${hex(id)}] >>`;
  const end = `xref\n0 7\n0000000000 65535 f \n${rows.join('')}trailer\n${trailer}\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.concat([body, Buffer.from(end)]);
}

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

function hex(bytes: Buffer): string {
  return `<${bytes.toString('hex')}>`;
}

function rc4(key: Uint8Array, bytes: Uint8Array): Buffer {
  const state = Array.from({ length: 256 }, (_, index) => index);
  const swap = (one: number, other: number): void => {
    [state[one], state[other]] = [state[other] ?? 0, state[one] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) % 256;
    swap(i, j);
  }
  let [a, b] = [0, 0];
  return Buffer.from(
    bytes.map((byte) => {
      a = (a + 1) % 256;
      b = (b + (state[a] ?? 0)) % 256;
      swap(a, b);
      return byte ^ (state[((state[a] ?? 0) + (state[b] ?? 0)) % 256] ?? 0);
    }),
  );
}
