/**
 * Reads a container's answer from the bytes of its connection (RFC 9112), strictly: what two readers could read in two
 * ways ends the connection. It keeps no body; each piece is handed on as it comes.
 */
import { ContainerFailure } from './failure.ts';

export type AnswerParts = {
  /** A status below 200, before the answer itself; it may come again and again. */
  onInformation: (status: number, lines: string[]) => void;
  /** @param lines name, value, name, value …: names as the container spelt them, framing ones among them */
  onHead: (status: number, lines: string[]) => void;
  /** The piece lies in the bytes that are being read. */
  onBody: (piece: Buffer) => void;
  onEnd: (trailers: string[]) => void;
};

type State = 'head' | 'counted' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-close' | 'whole';

const maxHeadBytes = 32 * 1024;
const maxTrailerBytes = 16 * 1024;
/** A size in hexadecimal with its extension, which nobody needs. */
const maxChunkLineBytes = 1024;

const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** Lines of a head: no folding, no white space before the colon, no control byte in a value. */
const headerBlock = /^(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const chunkLine = /^([0-9A-Fa-f]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?$/;

export class AnswerReader {
  private readonly parts: AnswerParts;
  private state: State = 'whole';
  /** Bytes of a head, a chunk's line or trailers that are not whole yet. */
  private held = '';
  /** Of the body or the chunk. */
  private bytesLeft = 0;
  private isHead = false;
  private isCounted = false;
  private isChunked = false;
  private closes = false;
  /** Milliseconds that the container says it keeps an idle connection; `null`: it does not say. */
  keptForMs: number | null = null;

  constructor(parts: AnswerParts) {
    this.parts = parts;
  }

  /** @param isHead whether the answer has no body whatever its head says: the request was HEAD */
  begin(isHead: boolean): void {
    this.state = 'head';
    this.isHead = isHead;
    this.held = '';
  }

  /** Whether the answer is over and another may come on the same connection. */
  get isReusable(): boolean {
    return this.state === 'whole' && !this.closes;
  }

  get isWhole(): boolean {
    return this.state === 'whole';
  }

  /** @throws ContainerFailure for what is no answer, or more than one */
  read(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) {
      switch (this.state) {
        case 'head':
          from = this.readHead(bytes, from);
          break;
        case 'counted':
        case 'chunk':
          from = this.readBody(bytes, from);
          break;
        case 'chunk-size':
          from = this.readChunkLine(bytes, from);
          break;
        case 'chunk-end':
          from = this.readChunkEnd(bytes, from);
          break;
        case 'trailers':
          from = this.readTrailers(bytes, from);
          break;
        case 'until-close':
          this.parts.onBody(from === 0 ? bytes : bytes.subarray(from));
          return;
        case 'whole':
          throw invalid('more came than the answer');
      }
    }
  }

  /** The connection ended. @throws ContainerFailure where the answer was not over */
  close(): void {
    if (this.state === 'whole') return;
    if (this.state !== 'until-close') throw new ContainerFailure('lost', 'the connection ended before the answer did');
    this.closes = true;
    this.end([]);
  }

  private readHead(bytes: Buffer, from: number): number {
    const text = this.held + bytes.toString('latin1', from, Math.min(bytes.length, from + maxHeadBytes));
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) {
      if (text.length >= maxHeadBytes) throw invalid('the head is too long');
      if (text.length >= 5 && !text.startsWith('HTTP/')) throw invalid('it is not HTTP');
      this.held = text;
      return bytes.length;
    }
    if (end > maxHeadBytes) throw invalid('the head is too long');
    const next = from + end + 4 - this.held.length;
    this.held = '';
    this.take(text.slice(0, end));
    return next;
  }

  private take(head: string): void {
    const lineEnd = head.indexOf('\r\n');
    const firstEnd = lineEnd < 0 ? head.length : lineEnd;
    const first = statusLine.exec(head.slice(0, firstEnd));
    if (!first) throw invalid('the status line is not one');
    const lines = linesOf(head.slice(firstEnd));
    const status = Number(first[2]);
    this.readFraming(lines, first[1] === '0');
    if (status < 200) {
      if (status === 101) throw invalid('it switched protocols unasked');
      this.parts.onInformation(status, lines);
      return;
    }
    const hasBody = !this.isHead && status !== 204 && status !== 304;
    if (!hasBody) this.state = 'whole';
    else if (this.isChunked) this.state = 'chunk-size';
    else if (!this.isCounted) this.state = 'until-close';
    else this.state = this.bytesLeft > 0 ? 'counted' : 'whole';
    this.parts.onHead(status, lines);
    if (this.state === 'whole') this.parts.onEnd([]);
  }

  private readFraming(lines: readonly string[], isOld: boolean): void {
    this.isCounted = false;
    this.isChunked = false;
    this.closes = isOld;
    this.keptForMs = null;
    for (let index = 0; index < lines.length; index += 2) {
      const name = lines[index] ?? '';
      // By length first: most lines are none of these.
      if (name.length === 14 && name.toLowerCase() === 'content-length') this.count(lines[index + 1] ?? '');
      else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
        if (this.isChunked || (lines[index + 1] ?? '').toLowerCase() !== 'chunked') throw invalid('its transfer coding is not known here');
        this.isChunked = true;
      } else if (name.length === 10) {
        const lower = name.toLowerCase();
        if (lower === 'connection' && /(?:^|[\s,])close(?:$|[\s,])/i.test(lines[index + 1] ?? '')) this.closes = true;
        else if (lower === 'keep-alive') this.keptForMs = keptForMsIn(lines[index + 1] ?? '');
      }
    }
    if (this.isChunked && (this.isCounted || isOld)) throw invalid('its length is said in two ways');
  }

  private count(value: string): void {
    if (!/^[0-9]{1,15}$/.test(value)) throw invalid('its length is not a number');
    const length = Number(value);
    if (this.isCounted && length !== this.bytesLeft) throw invalid('it has two lengths');
    this.isCounted = true;
    this.bytesLeft = length;
  }

  private readBody(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + this.bytesLeft);
    this.bytesLeft -= to - from;
    const isLast = this.bytesLeft === 0;
    if (isLast) this.state = this.isChunked ? 'chunk-end' : 'whole';
    this.parts.onBody(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    if (isLast && !this.isChunked) this.parts.onEnd([]);
    return to;
  }

  private readChunkLine(bytes: Buffer, from: number): number {
    const text = this.held + bytes.toString('latin1', from, Math.min(bytes.length, from + maxChunkLineBytes));
    const end = text.indexOf('\r\n');
    if (end < 0) {
      if (text.length >= maxChunkLineBytes) throw invalid('the line of a chunk is too long');
      this.held = text;
      return bytes.length;
    }
    const size = chunkLine.exec(text.slice(0, end))?.[1];
    if (size === undefined) throw invalid('the size of a chunk is not one');
    const next = from + end + 2 - this.held.length;
    this.held = '';
    this.bytesLeft = Number.parseInt(size, 16);
    this.state = this.bytesLeft === 0 ? 'trailers' : 'chunk';
    return next;
  }

  private readChunkEnd(bytes: Buffer, from: number): number {
    const text = this.held + bytes.toString('latin1', from, from + 2 - this.held.length);
    if (!'\r\n'.startsWith(text)) throw invalid('a chunk is longer than it says');
    const next = from + text.length - this.held.length;
    if (text.length === 2) {
      this.held = '';
      this.state = 'chunk-size';
    } else this.held = text;
    return next;
  }

  private readTrailers(bytes: Buffer, from: number): number {
    const text = this.held + bytes.toString('latin1', from, Math.min(bytes.length, from + maxTrailerBytes));
    const isEmpty = text.startsWith('\r\n');
    const end = isEmpty ? 0 : text.indexOf('\r\n\r\n');
    if (end < 0) {
      if (text.length >= maxTrailerBytes) throw invalid('the trailers are too long');
      this.held = text;
      return bytes.length;
    }
    const next = from + end + (isEmpty ? 2 : 4) - this.held.length;
    this.held = '';
    this.end(isEmpty ? [] : linesOf(`\r\n${text.slice(0, end)}`));
    return next;
  }

  private end(trailers: string[]): void {
    this.state = 'whole';
    this.parts.onEnd(trailers);
  }
}

/** @param block each line with its line end before it */
function linesOf(block: string): string[] {
  if (!headerBlock.test(block)) throw invalid('a header line is not one');
  const lines: string[] = [];
  let at = 0;
  while (at < block.length) {
    const next = block.indexOf('\r\n', at + 2);
    const end = next < 0 ? block.length : next;
    const colon = block.indexOf(':', at);
    let from = colon + 1;
    let to = end;
    while (from < to && isBlank(block.charCodeAt(from))) from++;
    while (to > from && isBlank(block.charCodeAt(to - 1))) to--;
    lines.push(block.slice(at + 2, colon), block.slice(from, to));
    at = end;
  }
  return lines;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** `timeout=5, max=100`: seconds. */
function keptForMsIn(value: string): number | null {
  const seconds = /(?:^|[\s,])timeout=([0-9]{1,6})(?:$|[\s,])/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

function invalid(what: string): ContainerFailure {
  return new ContainerFailure('invalid', `the container's answer cannot be read: ${what}`);
}
