/**
 * The answer to a fast request, written to its connection: a small one with its head, one without a length in
 * chunks.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientResponse, OutgoingHead } from '#edge/http/client-response.ts';
import type { FlushQueue, Flushable } from '#edge/http/flush-soon.ts';
import { isSendable, textOf } from '#edge/http/header-lines.ts';
import type { HttpDate } from '#edge/http/http-date.ts';
import { joinedBytes } from '#edge/http/constants.ts';

export type FastResponseDeps = {
  flushes: FlushQueue;
  date: HttpDate;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Calls when the last byte has left. */
  onFlushed: () => void;
  /** Whether the connection may be used once more. */
  mayStay: () => boolean;
};

export class FastResponse implements ClientResponse, Flushable {
  statusCode = 200;
  headersSent = false;
  destroyed = false;
  chunkedEncoding = false;
  /** Whether it is out, or never will be. */
  isDone = false;
  isEnded = false;
  /** Whether the connection ends with it. */
  isLast = false;
  private readonly socket: Socket;
  private readonly deps: FastResponseDeps;
  private readonly closeListeners: (() => void)[] = [];
  private drainListener: (() => void) | null = null;
  /** Leaves with the first piece of the body. */
  private head = '';
  private hasBody = true;
  private trailerText = '';
  /** The end of an ended answer, as long as it waits to leave. */
  private lastText: string | null = null;

  constructor(socket: Socket, deps: FastResponseDeps) {
    this.socket = socket;
    this.deps = deps;
  }

  /** Whether what was written is not yet with the kernel. */
  get isHoldingBytes(): boolean {
    return this.socket.writableLength > 0;
  }

  /** @throws UnsendableHeader */
  writeHead(status: number, lines: readonly string[]): void {
    const kept: string[] = [];
    let hasLength = false;
    let hasDate = false;
    let closes = false;
    for (let index = 0; index + 1 < lines.length; index += 2) {
      const name = lines[index] ?? '';
      const value = lines[index + 1] ?? '';
      if (name === 'content-length') hasLength = true;
      else if (name === 'date') hasDate = true;
      if (name === 'connection') closes ||= value === 'close';
      else kept.push(name, value);
    }
    const text = textOf(kept);
    this.begin(status, hasLength, closes);
    this.endHead(status, hasDate ? text : text + this.dateLine());
  }

  /** @throws UnsendableHeader */
  writeUpstreamHead(status: number, { passed, requestId, own, closes }: OutgoingHead): void {
    const text = `${passed.lines.text}${textOf(['x-request-id', requestId])}${own.text}`;
    this.begin(status, passed.contentLength !== null && status !== 204, closes);
    this.endHead(status, passed.hasDate ? text : text + this.dateLine());
  }

  flushHeaders(): void {
    if (this.head === '' || this.socket.destroyed) return;
    this.socket.write(this.head, 'latin1');
    this.head = '';
  }

  write(piece: Buffer | string): boolean {
    if (this.isEnded || this.destroyed || !this.hasBody || piece.length === 0) return true;
    // What the kernel has taken already leaves room, however much it was.
    return this.send(this.framed(piece)) || !this.isHoldingBytes;
  }

  end(piece?: Buffer | string, encoding?: 'latin1'): void {
    if (this.isEnded || this.destroyed) return;
    this.isEnded = true;
    const last = this.chunkedEncoding ? `0\r\n${this.trailerText}\r\n` : '';
    if (piece === undefined || piece.length === 0 || !this.hasBody) this.lastText = this.head + last;
    else if (typeof piece === 'string' && (encoding === 'latin1' || isAscii(piece)) && !this.chunkedEncoding)
      this.lastText = this.head + piece;
    else {
      this.send(this.framed(piece));
      this.lastText = last;
    }
    this.head = '';
    this.deps.flushes.flushSoon(this);
  }

  /** What is left of an ended answer goes to the kernel. */
  flush(): void {
    const { lastText, socket, deps } = this;
    if (lastText === null || socket.destroyed) return;
    this.lastText = null;
    if (lastText !== '') socket.write(lastText, 'latin1');
    if (this.isHoldingBytes) socket.write('', 'latin1', deps.onFlushed);
    else deps.onFlushed();
  }

  addTrailers(trailers: readonly [string, string][]): void {
    for (const [name, value] of trailers) if (isSendable(value)) this.trailerText += textOf([name, value]);
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Never asked for: a request with `expect` is not plain. */
  writeContinue(): void {}

  writeProcessing(): void {
    if (!this.headersSent) this.socket.write('HTTP/1.1 102 Processing\r\n\r\n', 'latin1');
  }

  writeEarlyHints(links: readonly string[]): void {
    if (this.headersSent || !links.every(isSendable)) return;
    const lines = textOf(links.flatMap((link) => ['link', link]));
    this.socket.write(`HTTP/1.1 103 Early Hints\r\n${lines}\r\n`, 'latin1');
  }

  onClose(listener: () => void): void {
    this.closeListeners.push(listener);
  }

  onDrain(listener: () => void): void {
    this.drainListener = listener;
  }

  /** For its connection to call: there is room again. */
  drain(): void {
    this.drainListener?.();
  }

  /** For its connection to call: it is out, or the connection is gone. */
  finish(isCut: boolean): void {
    if (this.isDone) return;
    this.isDone = true;
    this.destroyed = isCut;
    for (const listener of this.closeListeners) listener();
  }

  private begin(status: number, hasLength: boolean, closes: boolean): void {
    this.statusCode = status;
    this.headersSent = true;
    this.hasBody = status !== 204 && status !== 304;
    this.isLast = closes || !this.deps.mayStay();
    this.chunkedEncoding = this.hasBody && !hasLength;
  }

  private endHead(status: number, lines: string): void {
    const framing = this.chunkedEncoding ? 'transfer-encoding: chunked\r\n' : '';
    this.head = `${statusLine(status)}${lines}${framing}${this.isLast ? lastLines : keptLines}`;
  }

  private dateLine(): string {
    return this.deps.date.lineAt(this.deps.now());
  }

  private framed(piece: Buffer | string): Buffer {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (!this.chunkedEncoding) return bytes;
    return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, lineEnd]);
  }

  private send(bytes: Buffer): boolean {
    const { head, socket } = this;
    if (head === '') return socket.write(bytes);
    this.head = '';
    if (bytes.length <= joinedBytes) return socket.write(Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
    socket.cork();
    socket.write(head, 'latin1');
    const hasRoom = socket.write(bytes);
    socket.uncork();
    return hasRoom;
  }
}

const lineEnd = Buffer.from('\r\n');
const keptLines = 'connection: keep-alive\r\nkeep-alive: timeout=65\r\n\r\n';
const lastLines = 'connection: close\r\n\r\n';

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}
