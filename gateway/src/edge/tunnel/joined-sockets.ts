/**
 * Two sockets joined: what the one says the other hears, at the pace of the slower one, until either is gone. Frames on
 * their way to the client are followed, so that a close frame of the gateway's own fits between two of them.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Deadlines, Timed } from '../container/deadlines.ts';
import type { Taker } from '../shared-room.ts';
import { closeFrame, FrameEnds } from '../websocket-frames.ts';
import { OneWay } from './one-way.ts';
import { takeOver } from './take-over.ts';

export type Joining = {
  client: Duplex;
  /** What came with the upgrade. */
  first: Buffer;
  /** The head that tells the client. */
  head: string;
  upstream: Socket;
  deadlines: Deadlines;
  /** Without a byte either way. */
  idleTimeoutMs: number;
  onIdle: () => void;
};

/** For a client to read why its socket ends. */
const lastWordsMs = 2_000;

export class JoinedSockets implements Taker, Timed {
  receivedBytes = 0;
  sentBytes = 0;
  private readonly client: Duplex;
  private readonly upstream: Socket;
  private readonly toClient: OneWay;
  private readonly toContainer: OneWay;
  private readonly deadlines: Deadlines;
  private readonly idleTimeoutMs: number;
  private readonly onIdle: () => void;
  private readonly frames = new FrameEnds();
  private closing: Buffer | null = null;
  /** Whether something came since the clock was looked at. */
  private isBusy = false;
  private deadline: number;
  /** Of what the client has not taken yet. */
  private unsentBytes = 0;

  constructor({ client, first, head, upstream, deadlines, idleTimeoutMs, onIdle }: Joining) {
    this.upstream = upstream;
    this.deadlines = deadlines;
    this.idleTimeoutMs = idleTimeoutMs;
    this.onIdle = onIdle;
    this.deadline = deadlines.after(idleTimeoutMs);
    upstream.on('error', () => upstream.destroy());
    const taken = takeOver(client, { take: (bytes, from, to) => this.takeFromClient(bytes, from, to) }, () => this.toContainer.end());
    this.client = taken.socket;
    this.toContainer = new OneWay(this.client, upstream);
    this.toClient = new OneWay(upstream, this.client);
    this.client.write(head, 'latin1');
    this.client.on('error', () => this.client.destroy());
    this.client.once('close', () => {
      deadlines.remove(this);
      this.toContainer.depart();
      upstream.destroy();
    });
    upstream.once('end', () => this.onUpstreamOver());
    upstream.once('close', () => this.onUpstreamOver());
    deadlines.add(this);
    const waiting = Buffer.concat([first, taken.waiting]);
    if (!this.takeFromClient(waiting, 0, waiting.length)) this.client.pause();
  }

  /** From the container. */
  take(bytes: Buffer, from: number, to: number): boolean {
    this.isBusy = true;
    const { frames, closing } = this;
    const end = frames.follow(bytes, closing !== null, from, to);
    this.sentBytes += end - from;
    const hasRoom = this.toClient.pass(bytes, from, end);
    if (closing === null || !frames.isBetweenFrames()) return hasRoom;
    this.endBetweenFrames(closing);
    return false;
  }

  /** A close frame for the client as soon as no frame of the container's is half-way, then the end of both. */
  closeWith(code: number): void {
    if (this.closing) return;
    this.closing = closeFrame(code);
    this.deadline = this.deadlines.after(lastWordsMs);
    // What the client still says is heard by nobody; not reading it would make the connection break before it read why.
    this.client.resume();
    if (this.frames.isBetweenFrames()) this.endBetweenFrames(this.closing);
  }

  allow(milliseconds: number): void {
    this.deadline += milliseconds;
  }

  lookAtTheClock(at: number): void {
    const isBusy = this.isBusy && this.closing === null;
    this.isBusy = false;
    if (isBusy) this.deadline = this.deadlines.after(this.idleTimeoutMs, at);
    else if (at >= this.deadline) this.onDeadline(at);
  }

  /** A slow client is no idle one, as long as it takes what waits for it. */
  private onDeadline(at: number): void {
    const { writableLength } = this.client;
    const isTaking = writableLength > 0 && writableLength < this.unsentBytes;
    this.unsentBytes = writableLength;
    if (this.closing === null && isTaking) {
      this.deadline = this.deadlines.after(this.idleTimeoutMs, at);
      return;
    }
    if (this.closing === null) this.onIdle();
    this.client.destroy();
  }

  private takeFromClient(bytes: Buffer, from: number, to: number): boolean {
    this.isBusy = true;
    this.receivedBytes += to - from;
    return this.closing !== null || this.toContainer.pass(bytes, from, to);
  }

  private endBetweenFrames(closing: Buffer): void {
    if (this.client.writableEnded) return;
    this.toClient.end(closing);
    this.upstream.destroy();
  }

  private onUpstreamOver(): void {
    const { client, upstream, closing } = this;
    // It is told to end already, and gets the time to read why.
    if (closing !== null && client.writableEnded) return;
    // Behind half a frame no close frame fits.
    if (closing === null && upstream.destroyed) this.toClient.end(undefined, () => client.destroy());
    else this.toClient.end();
  }
}
