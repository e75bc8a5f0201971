/**
 * Reads a container's answer from the bytes of its connection (RFC 9112), strictly: what two readers could
 * read in two ways ends the connection. It keeps no body; each piece is handed on as it comes.
 */
import { UpstreamHead } from '#edge/http/upstream-head.ts';
import { hasToken, withoutBlanks } from '#edge/http/header-lines.ts';
import { ContainerFailure } from '#platform/upstream/failure.ts';
import { HeldText } from './held-text.ts';
import { keepAliveMsIn } from './keep-alive.rules.ts';

export type ResponseParts = {
  /** A status below 200, before the answer itself; it may come again and again. */
  onInformation: (status: number, lines: readonly string[]) => void;
  onHead: (head: UpstreamHead) => void;
  /** The piece lies in the bytes that are being read. */
  onBody: (piece: Buffer) => void;
  /** In place of `onBody`, once: a short body that came whole with its head, as Latin-1. */
  onWholeBody: (text: string) => void;
  onEnd: (trailers: string[]) => void;
};

/** How an answer ends, and what becomes of its connection. */
type Framing = {
  /** Bytes of the body; `null`: not said. */
  length: number | null;
  isChunked: boolean;
  closes: boolean;
  keepAliveMs: number | null;
};

type State = 'head' | 'counted' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-close' | 'whole';

const lineEnd = '\r\n';
const headEnd = '\r\n\r\n';
const protocol = 'HTTP/';
const maxHeadBytes = 32 * 1024;
/**
 * In longer pieces most is body: the end of the head is searched in the first 4 KiB before all is decoded.
 */
const shortBytes = 8 * 1024;
const maxTrailerBytes = 16 * 1024;
/** A size in hexadecimal with its extension, which is ignored. */
const maxChunkLineBytes = 1024;

const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** Lines of a head: no folding, no white space before the colon, no control byte in a value. */
const headerBlock = /^(?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const chunkLine = /^([0-9A-Fa-f]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?$/;

export class ResponseParser {
  private readonly parts: ResponseParts;
  private state: State = 'whole';
  /** Bytes of a head, a chunk's line or trailers that are not whole yet. */
  private readonly held = new HeldText();
  /** With its empty line, and what it was found to mean: a container begins many answers alike. */
  private knownText = '';
  private known: { head: UpstreamHead; framing: Framing } | null = null;
  /** Of the body or the chunk. */
  private bytesLeft = 0;
  private isHead = false;
  private mayUpgrade = false;
  private isChunked = false;
  private closes = false;
  /**
   * An answer that has no body by its kind: where a container sends one all the same, it would answer the
   * next.
   */
  private isBodiless = false;
  /** Milliseconds that the container says it keeps an idle connection; `null`: it does not say. */
  keepAliveMs: number | null = null;

  constructor(parts: ResponseParts) {
    this.parts = parts;
  }

  /**
   * @param isHead whether the answer has no body whatever its head says: the request was HEAD
   * @param mayUpgrade whether 101 was asked for: then it is a head, and all that follows its body
   */
  begin(isHead: boolean, mayUpgrade = false): void {
    this.state = 'head';
    this.isHead = isHead;
    this.mayUpgrade = mayUpgrade;
    this.held.clear();
  }

  /** Whether the answer is over and another may come on the same connection. */
  get isReusable(): boolean {
    return this.state === 'whole' && !this.closes && !this.isBodiless;
  }

  get isWhole(): boolean {
    return this.state === 'whole';
  }

  /**
   * @param stop what lies behind it in `bytes` is nothing
   * @throws ContainerFailure for what is no answer, or more than one
   */
  read(bytes: Buffer, stop = bytes.length): void {
    let from = 0;
    while (from < stop) {
      switch (this.state) {
        case 'head':
          from = this.readHead(bytes, from, stop);
          break;
        case 'counted':
        case 'chunk':
          from = this.readBody(bytes, from, stop);
          break;
        case 'chunk-size':
          from = this.readChunkLine(bytes, from, stop);
          break;
        case 'chunk-end':
          from = this.readChunkEnd(bytes, from, stop);
          break;
        case 'trailers':
          from = this.readTrailers(bytes, from, stop);
          break;
        case 'until-close':
          this.parts.onBody(bytes.subarray(from, stop));
          return;
        case 'whole':
          throw invalid('more came than the answer');
      }
    }
  }

  /** The connection ended. @throws ContainerFailure where the answer was not over */
  close(): void {
    if (this.state === 'whole') return;
    if (this.state !== 'until-close')
      throw new ContainerFailure('lost', 'the connection ended before the answer did');
    this.closes = true;
    this.end([]);
  }

  private readHead(bytes: Buffer, from: number, stop: number): number {
    const { held } = this;
    const longest = Math.min(stop, from + maxHeadBytes);
    const first = stop - from > shortBytes ? from + shortBytes / 2 : stop;
    let fresh = bytes.toString('latin1', from, first);
    let end = held.find(fresh, headEnd);
    if (end < 0 && first < longest) {
      fresh = bytes.toString('latin1', from, longest);
      end = held.find(fresh, headEnd);
    }
    if (end < 0) {
      held.hold(fresh, headEnd);
      if (held.length >= maxHeadBytes) throw invalid('the head is too long');
      if (held.length >= protocol.length && !held.start.startsWith(protocol)) throw invalid('it is not HTTP');
      return stop;
    }
    if (end > maxHeadBytes) throw invalid('the head is too long');
    const next = from + end + headEnd.length - held.length;
    const text = held.take(fresh);
    const bodyStart = end + headEnd.length;
    const isAsBefore = bodyStart === this.knownText.length && text.startsWith(this.knownText);
    this.onHead(isAsBefore && this.known ? this.known : this.parseHead(text.slice(0, bodyStart)));
    if (this.state !== 'counted' || first !== stop || stop - next < this.bytesLeft) return next;
    return this.endWithText(text, bodyStart, next);
  }

  /** @throws ContainerFailure for a head that two could read in two ways */
  private parseHead(text: string): { head: UpstreamHead; framing: Framing } {
    const lineEnd = text.indexOf('\r\n');
    const first = statusLine.exec(text.slice(0, lineEnd));
    if (!first) throw invalid('the status line is not one');
    const lines = linesOf(text.slice(lineEnd, -4));
    const head = new UpstreamHead(Number(first[2]), lines);
    this.known = { head, framing: framingIn(lines, first[1] === '0') };
    this.knownText = text;
    return this.known;
  }

  private onHead({ head, framing }: { head: UpstreamHead; framing: Framing }): void {
    const { status } = head;
    this.isChunked = framing.isChunked;
    this.closes = framing.closes;
    this.keepAliveMs = framing.keepAliveMs;
    if (status === 101) {
      if (!this.mayUpgrade) throw invalid('it switched protocols unasked');
      this.state = 'until-close';
      this.parts.onHead(head);
      return;
    }
    if (status < 200) {
      this.parts.onInformation(status, head.lines);
      return;
    }
    const hasBody = !this.isHead && status !== 204 && status !== 304;
    this.isBodiless = !hasBody;
    this.bytesLeft = framing.length ?? 0;
    if (!hasBody) this.state = 'whole';
    else if (framing.isChunked) this.state = 'chunk-size';
    else if (framing.length === null) this.state = 'until-close';
    else this.state = framing.length > 0 ? 'counted' : 'whole';
    this.parts.onHead(head);
    if (this.state === 'whole') this.parts.onEnd([]);
  }

  /** The body came whole, and what was read to find the head holds it already. */
  private endWithText(text: string, start: number, next: number): number {
    const length = this.bytesLeft;
    this.bytesLeft = 0;
    this.state = 'whole';
    this.parts.onWholeBody(text.slice(start, start + length));
    this.parts.onEnd([]);
    return next + length;
  }

  private readBody(bytes: Buffer, from: number, stop: number): number {
    const to = Math.min(stop, from + this.bytesLeft);
    this.bytesLeft -= to - from;
    const isLast = this.bytesLeft === 0;
    if (isLast) this.state = this.isChunked ? 'chunk-end' : 'whole';
    this.parts.onBody(bytes.subarray(from, to));
    if (isLast && !this.isChunked) this.parts.onEnd([]);
    return to;
  }

  private readChunkLine(bytes: Buffer, from: number, stop: number): number {
    const { held } = this;
    const fresh = bytes.toString('latin1', from, Math.min(stop, from + maxChunkLineBytes));
    const end = held.find(fresh, lineEnd);
    if (end < 0) {
      held.hold(fresh, lineEnd);
      if (held.length >= maxChunkLineBytes) throw invalid('the line of a chunk is too long');
      return stop;
    }
    const next = from + end + lineEnd.length - held.length;
    const size = chunkLine.exec(held.take(fresh).slice(0, end))?.[1];
    if (size === undefined) throw invalid('the size of a chunk is not one');
    this.bytesLeft = Number.parseInt(size, 16);
    this.state = this.bytesLeft === 0 ? 'trailers' : 'chunk';
    return next;
  }

  private readChunkEnd(bytes: Buffer, from: number, stop: number): number {
    const { held } = this;
    const to = Math.min(stop, from + lineEnd.length - held.length);
    const text = held.take(bytes.toString('latin1', from, to));
    if (!lineEnd.startsWith(text)) throw invalid('a chunk is longer than it says');
    if (text === lineEnd) this.state = 'chunk-size';
    else held.hold(text, lineEnd);
    return to;
  }

  private readTrailers(bytes: Buffer, from: number, stop: number): number {
    const { held } = this;
    const fresh = bytes.toString('latin1', from, Math.min(stop, from + maxTrailerBytes));
    // Without trailers the empty line comes at once.
    const isEmpty = (held.start + fresh.slice(0, lineEnd.length)).startsWith(lineEnd);
    const end = isEmpty ? 0 : held.find(fresh, headEnd);
    if (end < 0) {
      held.hold(fresh, headEnd);
      if (held.length >= maxTrailerBytes) throw invalid('the trailers are too long');
      return stop;
    }
    const next = from + end + (isEmpty ? lineEnd : headEnd).length - held.length;
    const text = held.take(fresh).slice(0, end);
    this.end(isEmpty ? [] : linesOf(`${lineEnd}${text}`));
    return next;
  }

  private end(trailers: string[]): void {
    this.state = 'whole';
    this.parts.onEnd(trailers);
  }
}

/** @throws ContainerFailure where the end of the answer is said in two ways */
function framingIn(lines: readonly string[], isOld: boolean): Framing {
  const framing: Framing = { length: null, isChunked: false, closes: isOld, keepAliveMs: null };
  for (let index = 0; index < lines.length; index += 2) {
    const name = (lines[index] ?? '').toLowerCase();
    const value = lines[index + 1] ?? '';
    if (name === 'content-length') framing.length = lengthIn(value, framing.length);
    else if (name === 'transfer-encoding') {
      if (framing.isChunked || value.toLowerCase() !== 'chunked')
        throw invalid('its transfer coding is not known here');
      framing.isChunked = true;
    } else if (name === 'connection') framing.closes ||= hasToken(value, 'close');
    else if (name === 'keep-alive') framing.keepAliveMs = keepAliveMsIn(value);
  }
  if (framing.isChunked && (framing.length !== null || isOld))
    throw invalid('its length is said in two ways');
  return framing;
}

function lengthIn(value: string, before: number | null): number {
  if (!/^[0-9]{1,15}$/.test(value)) throw invalid('its length is not a number');
  const length = Number(value);
  if (before !== null && length !== before) throw invalid('it has two lengths');
  return length;
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
    lines.push(block.slice(at + 2, colon), withoutBlanks(block, colon + 1, end));
    at = end;
  }
  return lines;
}

function invalid(what: string): ContainerFailure {
  return new ContainerFailure('invalid', `the container's answer cannot be read: ${what}`);
}
