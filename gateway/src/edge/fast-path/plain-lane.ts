/**
 * The plain lane: connections are looked at here first, and a plain request to a plugin is read and answered without
 * Node's HTTP server, which costs more than all that the edge does. Whatever is not plain goes to that server, bytes
 * and all, and its connection stays there: it sees exactly what it would have seen.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { oneATurn } from '#platform/one-a-turn.ts';
import { PlainAnswer } from '#edge/http/plain-answer.ts';
import { readPlainRequest, type PlainHead, type PlainRequest } from '#edge/http/plain-request.ts';

export type PlainLane = {
  /** Ends connections on which nothing is under way; those that have not said a word yet may still. */
  closeIdle: () => void;
  /** Waits for those, at most this long, and ends the ones that still say nothing: once nobody new is let in. */
  hearNewcomers: (withinMs: number) => Promise<void>;
};

export type LaneNeeds = {
  takes: (rawUrl: string) => boolean;
  handle: (request: PlainRequest, answer: PlainAnswer) => void;
  /** Whether requests are still welcome; if not, everything is Node's. */
  isOpen: () => boolean;
};

type VisitorNeeds = LaneNeeds & {
  inTurn: (begin: () => void) => void;
  /** To Node's server. */
  handOver: (socket: Socket) => void;
  forget: (visitor: Visitor) => void;
};

/** As Node's server does with connections that say nothing, and with those that said something once. */
const firstWordMs = 15_000;
const idleMs = 65_000;
const sweepMs = 5_000;
const newcomerLookMs = 20;
/** What comes while an answer is under way waits; more than this stops its connection. */
const maxWaitingBytes = 64 * 1024;

/** Steps in before the server's own look at each connection. */
export function plainLane(server: Server, needs: LaneNeeds): PlainLane {
  const own = server.listeners('connection');
  const visitors = new Set<Visitor>();
  const ways: VisitorNeeds = {
    ...needs,
    inTurn: oneATurn(),
    handOver: (socket) => {
      for (const listener of own) Reflect.apply(listener, server, [socket]);
    },
    forget: (visitor) => visitors.delete(visitor),
  };
  server.removeAllListeners('connection');
  server.on('connection', (socket) => visitors.add(new Visitor(socket, ways)));
  const sweep = setInterval(() => {
    const at = performance.now();
    for (const visitor of visitors) visitor.lookAtTheClock(at);
  }, sweepMs).unref();
  server.once('close', () => clearInterval(sweep));
  return {
    closeIdle: () => {
      for (const visitor of visitors) visitor.closeIfIdle();
    },
    hearNewcomers: async (withinMs) => {
      for (
        const until = performance.now() + withinMs;
        performance.now() < until;
        await delay(newcomerLookMs)
      ) {
        if (![...visitors].some((visitor) => visitor.isNewcomer)) return;
      }
      for (const visitor of visitors) if (visitor.isNewcomer) visitor.end();
    },
  };
}

/** One connection, as long as it is plain. */
class Visitor {
  private readonly socket: Socket;
  private readonly needs: VisitorNeeds;
  private answer: PlainAnswer | null = null;
  private head: PlainHead | null = null;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** On the monotonic clock, in milliseconds; at a sweep at the latest after it. */
  private idleSince: number | null = performance.now();
  private isNew = true;
  /** Something came that is not for the lane, and waits for its turn to go on. */
  private isLeaving = false;

  constructor(socket: Socket, needs: VisitorNeeds) {
    this.socket = socket;
    this.needs = needs;
    socket
      .on('data', this.onData)
      .on('end', this.onEnd)
      .on('error', this.onError)
      .on('close', this.onClose)
      .on('drain', this.onDrain);
  }

  lookAtTheClock(at: number): void {
    if (this.answer || this.isLeaving) return;
    if (this.idleSince === null) this.idleSince = at;
    else if (at - this.idleSince >= (this.isNew ? firstWordMs : idleMs)) this.socket.destroy();
  }

  get isNewcomer(): boolean {
    return this.isNew && !this.isLeaving;
  }

  closeIfIdle(): void {
    if (!this.answer && !this.isLeaving && !this.isNew) this.socket.destroy();
  }

  end(): void {
    this.socket.destroy();
  }

  private readonly onData = (bytes: Buffer): void => {
    if (this.answer) {
      this.waiting.push(bytes);
      this.waitingBytes += bytes.length;
      if (this.waitingBytes > maxWaitingBytes) this.socket.pause();
      return;
    }
    const request = this.needs.isOpen() ? readPlainRequest(bytes, this.socket, this.head) : null;
    if (request && this.needs.takes(request.url)) this.begin(request);
    else this.leaveInTurn([bytes]);
  };

  private begin(request: PlainRequest): void {
    this.head = request.head;
    this.isNew = false;
    this.idleSince = null;
    const answer = new PlainAnswer(this.socket, this.onFlushed, this.needs.isOpen);
    this.answer = answer;
    this.needs.handle(request, answer);
  }

  /** The last byte of an answer has left. */
  private readonly onFlushed = (): void => {
    const { answer } = this;
    if (!answer?.isEnded) return;
    this.answer = null;
    answer.finish(false);
    if (answer.isLast) this.socket.destroySoon();
    else if (this.waiting.length > 0) this.leaveInTurn(this.waiting);
  };

  /** One in each turn of the loop: of a burst, two hundred sign-ins in the same moment, every one costs more than many plain requests. */
  private leaveInTurn(bytes: readonly Buffer[]): void {
    this.isLeaving = true;
    this.socket.pause();
    this.needs.inTurn(() => this.leave(bytes));
  }

  /** From here on the connection is the server's own, with what came and was not answered. */
  private leave(bytes: readonly Buffer[]): void {
    const { socket } = this;
    // Its error may still be on its way, and with nobody to hear it the process would end.
    if (socket.destroyed) return;
    socket
      .off('data', this.onData)
      .off('end', this.onEnd)
      .off('error', this.onError)
      .off('close', this.onClose)
      .off('drain', this.onDrain);
    this.needs.forget(this);
    socket.unshift(Buffer.concat(bytes));
    this.needs.handOver(socket);
    socket.resume();
  }

  private readonly onDrain = (): void => this.answer?.drain();

  /** Whoever says no more has left, as Node's server has it; but what they get is theirs. */
  private readonly onEnd = (): void => {
    this.answer?.depart();
    this.socket.end();
  };

  private readonly onError = (): void => void this.socket.destroy();

  private readonly onClose = (): void => {
    this.needs.forget(this);
    this.answer?.finish(true);
  };
}
