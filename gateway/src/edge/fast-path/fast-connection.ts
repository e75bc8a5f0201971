/** One client's connection, as long as its requests are plain. */
import type { Socket } from 'node:net';
import type { FlushQueue } from '#edge/http/flush-soon.ts';
import type { HttpDate } from '#edge/http/http-date.ts';
import { readFastRequest, type FastHead, type FastRequest } from './fast-request.ts';
import { FastResponse } from './fast-response.ts';

export type FastConnectionDeps = {
  /** `false`: no request is read here, and all are Node's (BERTH_EDGE_FAST_PATH=off). */
  isOn: boolean;
  takes: (rawUrl: string) => boolean;
  handle: (request: FastRequest, response: FastResponse) => void;
  /** Whether requests are still welcome; if not, everything is Node's. */
  isOpen: () => boolean;
  flushes: FlushQueue;
  /** Milliseconds since the epoch. */
  now: () => number;
  date: HttpDate;
  /** Calls `begin` in a turn of the event loop of its own. */
  inTurn: (begin: () => void) => void;
  /** To Node's server. */
  handOver: (socket: Socket) => void;
  remove: (connection: FastConnection) => void;
};

/** As Node's server does with connections that send nothing, and with those that sent something once. */
const firstByteMs = 15_000;
const idleMs = 65_000;
/** What comes while an answer is under way waits; more than this stops its connection. */
const maxWaitingBytes = 64 * 1024;

export class FastConnection {
  private readonly socket: Socket;
  private readonly deps: FastConnectionDeps;
  private response: FastResponse | null = null;
  private head: FastHead | null = null;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** On the monotonic clock, in milliseconds; at a sweep at the latest after it. */
  private idleSince: number | null = performance.now();
  private isNew = true;
  /** Something came that is Node's to read, and waits for its turn to go on. */
  private isLeaving = false;

  constructor(socket: Socket, deps: FastConnectionDeps) {
    this.socket = socket;
    this.deps = deps;
    socket
      .on('data', this.onData)
      .on('end', this.onEnd)
      .on('error', this.onError)
      .on('close', this.onClose)
      .on('drain', this.onDrain);
  }

  checkDeadline(at: number): void {
    if (this.response || this.isLeaving) return;
    if (this.idleSince === null) this.idleSince = at;
    else if (at - this.idleSince >= (this.isNew ? firstByteMs : idleMs)) this.socket.destroy();
  }

  /** Whether not one byte has come. */
  get isUnused(): boolean {
    return this.isNew && !this.isLeaving;
  }

  closeIfIdle(): void {
    if (!this.response && !this.isLeaving && !this.isNew) this.socket.destroy();
  }

  end(): void {
    this.socket.destroy();
  }

  private readonly onData = (bytes: Buffer): void => {
    if (this.response) {
      this.waiting.push(bytes);
      this.waitingBytes += bytes.length;
      if (this.waitingBytes > maxWaitingBytes) this.socket.pause();
      return;
    }
    const { isOn, isOpen, takes } = this.deps;
    const request = isOn && isOpen() ? readFastRequest(bytes, this.socket, this.head) : null;
    if (request && takes(request.url)) this.begin(request);
    else this.leaveInTurn([bytes]);
  };

  private begin(request: FastRequest): void {
    this.head = request.head;
    this.isNew = false;
    this.idleSince = null;
    const { flushes, date, now, isOpen } = this.deps;
    const { onFlushed } = this;
    const response = new FastResponse(this.socket, { flushes, date, now, onFlushed, mayStay: isOpen });
    this.response = response;
    this.deps.handle(request, response);
  }

  /** The last byte of an answer has left. */
  private readonly onFlushed = (): void => {
    const { response } = this;
    if (!response?.isEnded) return;
    this.response = null;
    response.finish(false);
    if (response.isLast) this.socket.destroySoon();
    else if (this.waiting.length > 0) this.leaveInTurn(this.waiting);
  };

  /**
   * One in each turn of the loop: of a burst, such as 200 sign-ins at once, each costs more than many plain
   * requests.
   */
  private leaveInTurn(bytes: readonly Buffer[]): void {
    this.isLeaving = true;
    this.socket.pause();
    this.deps.inTurn(() => this.leave(bytes));
  }

  /** From here on the connection is the server's own, with what came and was not answered. */
  private leave(bytes: readonly Buffer[]): void {
    const { socket } = this;
    // Its error may still be on its way, and without a listener it would end the process.
    if (socket.destroyed) return;
    socket
      .off('data', this.onData)
      .off('end', this.onEnd)
      .off('error', this.onError)
      .off('close', this.onClose)
      .off('drain', this.onDrain);
    this.deps.remove(this);
    socket.unshift(Buffer.concat(bytes));
    this.deps.handOver(socket);
    socket.resume();
  }

  private readonly onDrain = (): void => this.response?.drain();

  /** Half-close: the pending answer is flushed, then the connection ends, as with Node's server. */
  private readonly onEnd = (): void => {
    this.response?.flush();
    this.socket.end();
  };

  private readonly onError = (): void => void this.socket.destroy();

  private readonly onClose = (): void => {
    this.deps.remove(this);
    this.response?.finish(true);
  };
}
