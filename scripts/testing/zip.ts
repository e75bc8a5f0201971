/** A zip as no decent program would write it: names, links and sizes as they are given. */
import { crc32, deflateRawSync } from 'node:zlib';

/** @property saidBytes the size that it claims to have @property isLink its bytes are where it leads to */
export type ZippedFile = { name: string; bytes: Uint8Array; saidBytes?: number; isLink?: boolean };

export function zipOf(files: readonly ZippedFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, saidBytes = bytes.byteLength, isLink = false } of files) {
    const packed = deflateRawSync(bytes);
    const written = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // Names are UTF-8, bytes are deflated.
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.byteLength, 14);
    common.writeUInt32LE(saidBytes, 18);
    common.writeUInt16LE(written.byteLength, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, written, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((isLink ? 0o120777 : 0o100644) * 0x1_0000, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, rest, written]),
    );
    parts.push(local);
    offset += local.byteLength;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.byteLength, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\u0005\u0006'), end]);
}
