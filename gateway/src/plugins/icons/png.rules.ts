/** PNG pictures (PNG, third edition): walked chunk by chunk, rebuilt from those that draw. Nothing is decompressed here. */
import { crc32 } from 'node:zlib';
import type { Cleaning } from './icon.types.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** In pixels. A small file can unfold to a picture that fills a browser's memory. */
const maxSide = 1024;
/** What draws. Texts, profiles, dates and frames of animations stay behind: some hold compressed data of any size. */
const drawing: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'sRGB', 'IDAT', 'IEND']);

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, signature.length).equals(signature);
}

export function cleanedPng(bytes: Buffer): Cleaning {
  const kept: Buffer[] = [signature];
  const leftOut = new Set<string>();
  let hasData = false;
  let last = '';
  for (let at = signature.length; at < bytes.length && last !== 'IEND';) {
    if (at + 12 > bytes.length) return damaged('it is cut off');
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > bytes.length) return damaged('it is cut off');
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (bytes.readUInt32BE(end - 4) !== crc32(bytes.subarray(at + 4, end - 4)))
      return damaged(`the checksum of ${printable(type)} is wrong`);
    const isFirst = last === '';
    if ((type === 'IHDR') !== isFirst) return damaged('its header is not where it must be');
    if (isFirst) {
      const fault = faultOfHeader(bytes.subarray(at + 8, end - 4));
      if (fault !== null) return { ok: false, reason: fault };
    }
    if (drawing.has(type)) kept.push(bytes.subarray(at, end));
    else leftOut.add(printable(type));
    hasData ||= type === 'IDAT';
    last = type;
    at = end;
  }
  if (last !== 'IEND' || !hasData) return damaged('it is cut off');
  return { ok: true, bytes: Buffer.concat(kept), leftOut: [...leftOut] };
}

function faultOfHeader(header: Buffer): string | null {
  if (header.length !== 13) return 'it is no PNG that can be read: its header has another length';
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (width === 0 || height === 0) return 'it is no PNG that can be read: it has no area';
  return width > maxSide || height > maxSide
    ? `it is ${width} × ${height} pixels; at most ${maxSide} × ${maxSide} are taken`
    : null;
}

function damaged(why: string): Cleaning {
  return { ok: false, reason: `it is no PNG that can be read: ${why}` };
}

function printable(type: string): string {
  return /^[A-Za-z]{4}$/.test(type) ? type : 'an unknown part';
}
