/**
 * Reads a growing file of lines: backwards for a search, forwards for a tail. Memory stays the same at any
 * size.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';

const blockBytes = 64 * 1024;
const newline = 10;
/** Longer ones are cut: a line without an end must not fill the memory. */
const maxLineBytes = 1024 * 1024;
const pollMs = 200;

export type Line = { text: string; start: number };

/** @param end where the last line ends @returns lines, the newest first, with where each begins */
export async function* linesBackwards(file: FileHandle, end: number): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  for (let at = end; at > 0;) {
    const size = Math.min(blockBytes, at);
    at -= size;
    const block = Buffer.alloc(size);
    await file.read(block, 0, size, at);
    let bytes = Buffer.concat([block, rest]);
    for (let cut = bytes.lastIndexOf(newline); cut >= 0; cut = bytes.lastIndexOf(newline)) {
      if (cut + 1 < bytes.length) yield { text: bytes.toString('utf8', cut + 1), start: at + cut + 1 };
      bytes = bytes.subarray(0, cut);
    }
    rest = bytes.subarray(0, maxLineBytes);
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), start: 0 };
}

/**
 * Whole lines as they are written, from the present end of the file on. A file that was begun anew is read
 * from its start.
 */
export async function* linesAsWritten(path: string, signal: AbortSignal): AsyncGenerator<string> {
  let { size: at, ino: inode } = await stat(path);
  let rest = '';
  let decoder = new StringDecoder('utf8');
  while (!signal.aborted) {
    const now = await stat(path).catch(() => null);
    if (now && (now.ino !== inode || now.size < at)) {
      [at, inode, rest] = [0, now.ino, ''];
      decoder = new StringDecoder('utf8');
    }
    if (!now || now.size === at) {
      await delay(pollMs, undefined, { signal }).catch(() => {});
      continue;
    }
    const file = await open(path);
    try {
      const block = Buffer.alloc(Math.min(blockBytes, now.size - at));
      const { bytesRead } = await file.read(block, 0, block.length, at);
      at += bytesRead;
      const lines = (rest + decoder.write(block.subarray(0, bytesRead))).split('\n');
      rest = (lines.pop() ?? '').slice(0, maxLineBytes);
      for (const line of lines) if (line !== '') yield line;
    } finally {
      await file.close();
    }
  }
}
