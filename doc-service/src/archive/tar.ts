/** Files one behind the other, as POSIX's `ustar` has them: what every `tar` can unpack. */
import type { Entry } from './archive.types.ts';

const block = 512;
const largestOctal = 0o77777777777;

export async function* tarOf(
  entries: AsyncIterable<Entry>,
  modifiedSeconds: number,
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    const size = 'bytes' in entry ? entry.bytes.byteLength : entry.sizeBytes;
    yield headerOf(entry.name, size, modifiedSeconds);
    let written = 0;
    if ('bytes' in entry) {
      yield entry.bytes;
      written = size;
    } else {
      for await (const chunk of entry.read()) {
        const bytes: unknown = chunk;
        if (!(bytes instanceof Uint8Array)) throw new Error('a file gives bytes');
        written += bytes.byteLength;
        yield bytes;
      }
    }
    // What is told before it is read must be what is read: else everything behind it would be unreadable.
    if (written !== size) throw new Error(`${entry.name} has ${written} bytes instead of ${size}`);
    if (size % block !== 0) yield Buffer.alloc(block - (size % block));
  }
  yield Buffer.alloc(2 * block);
}

function headerOf(name: string, size: number, modifiedSeconds: number): Buffer {
  if (Buffer.byteLength(name) > 100 || size > largestOctal)
    throw new Error(`${name} does not fit into a tar`);
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number): void =>
    void header.write(value.toString(8).padStart(length - 1, '0'), at, 'ascii');
  header.write(name, 0, 'utf8');
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(modifiedSeconds, 136, 12);
  header.write('        ', 148, 'ascii');
  header.write('0', 156, 'ascii');
  header.write('ustar\u000000', 257, 'ascii');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'ascii');
  return header;
}
