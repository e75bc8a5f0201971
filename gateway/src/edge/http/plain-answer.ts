/** The answer to a plain request, written to its connection: with its head where it is small, in chunks without a length. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { PassedHead } from './response-head-cache.ts';
import type { Answer } from './answer.types.ts';
import { departSoon, type Departure } from './flush-soon.ts';
import type { HeaderLines } from './header-lines.ts';

/** Above this copying costs more than a second buffer in the write. */
const joinedBytes = 8 * 1024;
const unfit = /[^\t\x20-\x7e\x80-\xff]/;

export class PlainAnswer implements Answer, Departure {
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
  private readonly onFlushed: () => void;
  private readonly mayStay: () => boolean;
  private readonly closeListeners: (() => void)[] = [];
  private drainListener: (() => void) | null = null;
  /** Leaves with the first piece of the body. */
  private head = '';
  private hasBody = true;
  private trailerText = '';
  /** The end of an ended answer, as long as it waits to leave. */
  private lastText: string | null = null;

  /**
   * @param onFlushed called when the last byte has left
   * @param mayStay whether the connection may be used once more
   */
  constructor(socket: Socket, onFlushed: () => void, mayStay: () => boolean) {
    this.socket = socket;
    this.mayStay = mayStay;
    this.onFlushed = onFlushed;
  }

  writeHead(status: number, lines: readonly string[]): void {
    let text = '';
    let hasLength = false;
    let hasDate = false;
    let closes = false;
    for (let index = 0; index + 1 < lines.length; index += 2) {
      const name = lines[index] ?? '';
      const value = lines[index + 1] ?? '';
      if (unfit.test(value)) throw new TypeError(`The header ${name} holds a byte that cannot be sent.`);
      if (name === 'content-length') hasLength = true;
      else if (name === 'date') hasDate = true;
      else if (name === 'connection') {
        closes ||= value === 'close';
        continue;
      }
      text += `${name}: ${value}\r\n`;
    }
    this.begin(status, hasLength, closes);
    this.endHead(status, hasDate ? text : text + dateLine());
  }

  /** As `writeHead`, for a container's own head, which was read as strictly as what goes out, and our lines behind it. */
  passHead(status: number, passed: PassedHead, requestId: string, own: HeaderLines): void {
    this.begin(status, passed.contentLength !== null && status !== 204, false);
    this.endHead(
      status,
      `${passed.lines.text}x-request-id: ${requestId}\r\n${own.text}${passed.hasDate ? '' : dateLine()}`,
    );
  }

  private begin(status: number, hasLength: boolean, closes: boolean): void {
    this.statusCode = status;
    this.headersSent = true;
    this.hasBody = status !== 204 && status !== 304;
    this.isLast = closes || !this.mayStay();
    this.chunkedEncoding = this.hasBody && !hasLength;
  }

  private endHead(status: number, lines: string): void {
    this.head = `${statusLine(status)}${lines}${this.chunkedEncoding ? 'transfer-encoding: chunked\r\n' : ''}${this.isLast ? lastLines : keptLines}`;
  }

  /** Whether what was written is with the kernel: its bytes are needed no more. */
  get isFlushed(): boolean {
    return this.socket.writableLength === 0;
  }

  flushHeaders(): void {
    if (this.head === '' || this.socket.destroyed) return;
    this.socket.write(this.head, 'latin1');
    this.head = '';
  }

  write(piece: Buffer | string): boolean {
    if (this.isEnded || this.destroyed || !this.hasBody || piece.length === 0) return true;
    return this.send(this.framed(piece));
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
    departSoon(this);
  }

  /** What is left of an ended answer goes to the kernel. */
  depart(): void {
    const { lastText, socket } = this;
    if (lastText === null || socket.destroyed) return;
    this.lastText = null;
    if (lastText !== '') socket.write(lastText, 'latin1');
    if (this.isFlushed) this.onFlushed();
    else socket.write('', 'latin1', this.onFlushed);
  }

  addTrailers(trailers: readonly [string, string][]): void {
    for (const [name, value] of trailers) if (!unfit.test(value)) this.trailerText += `${name}: ${value}\r\n`;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Nobody waits for it: a request with `expect` is not plain. */
  writeContinue(): void {}

  writeProcessing(): void {
    if (!this.headersSent) this.socket.write('HTTP/1.1 102 Processing\r\n\r\n', 'latin1');
  }

  writeEarlyHints({ link }: { link: string | string[] }): void {
    const links = typeof link === 'string' ? [link] : link;
    if (this.headersSent || links.some((each) => unfit.test(each))) return;
    this.socket.write(
      `HTTP/1.1 103 Early Hints\r\n${links.map((each) => `link: ${each}\r\n`).join('')}\r\n`,
      'latin1',
    );
  }

  on(event: 'close' | 'drain', listener: () => void): void {
    if (event === 'close') this.closeListeners.push(listener);
    else this.drainListener = listener;
  }

  once(event: 'close', listener: () => void): void {
    this.on(event, listener);
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
const statusLines: string[] = [];

function statusLine(status: number): string {
  return (statusLines[status] ??= `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`);
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

let dateSecond = 0;
let dateText = '';

function dateLine(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = `date: ${new Date(now).toUTCString()}\r\n`;
  }
  return dateText;
}
