/**
 * Two sockets joined: what one sends the other receives, at the pace of the slower one, until either is gone.
 * Frames are followed both ways: the gateway's own pings and its close frame go in between two of them, and
 * the answers to its pings are taken out again.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { lingerMs } from '#edge/http/constants.ts';
import type { FlushQueue } from '#edge/http/flush-soon.ts';
import type { Deadlines, Timed } from '#edge/upstream/deadlines.ts';
import type { ByteSink } from '#edge/http/read-buffer.ts';
import { closeFrame, FrameEnds, OwnPongs, pingFrame } from '#edge/http/websocket-frames.ts';
import { OneWay } from './one-way.ts';

export type Joining = {
  client: Duplex;
  /** What came with the upgrade. */
  first: Buffer;
  /** The head that tells the client. */
  head: string;
  upstream: Socket;
  deadlines: Deadlines;
  flushes: FlushQueue;
  /** Without a byte either way; answers to the gateway's pings do not count. */
  idleTimeoutMs: number;
  /** Silence after which the client is pinged, and from one ping to the next. */
  pingEveryMs: number;
  onIdle: () => void;
  /** The client says no more: it has left, whatever is still on its way. */
  onClientLeft: () => void;
};

/**
 * For what is on its way when one side has left; as long again while the other side takes what waits for it.
 */
const leavingMs = 1_000;
/** What a container left behind waits no longer than this for a client that takes nothing of it. */
const maxUntakenMs = 60_000;
/** Going away (RFC 6455 7.4.1): clients come back after it, where they want to. */
const idleCloseCode = 1001;

export class JoinedSockets implements ByteSink, Timed {
  receivedBytes = 0;
  sentBytes = 0;
  private readonly client: Duplex;
  private readonly upstream: Socket;
  private readonly toClient: OneWay;
  private readonly toContainer: OneWay;
  private readonly deadlines: Deadlines;
  private readonly joining: Joining;
  private readonly frames = new FrameEnds();
  private readonly pongs = new OwnPongs();
  private closing: Buffer | null = null;
  /** The side that takes what the other one left behind. */
  private survivor: Duplex | null = null;
  /** Whether something came since the clock was looked at. */
  private isBusy = false;
  /** Without a sign of life from the side that is waited for. */
  private patienceMs: number;
  private deadline: number;
  private pingAt: number;
  /** Of what the client, or the survivor, has not taken yet. */
  private untakenBytes = 0;

  constructor(joining: Joining) {
    const { client, first, head, upstream, deadlines, idleTimeoutMs, pingEveryMs } = joining;
    this.joining = joining;
    this.client = client;
    this.upstream = upstream;
    this.deadlines = deadlines;
    this.patienceMs = idleTimeoutMs;
    this.deadline = deadlines.after(idleTimeoutMs);
    this.pingAt = deadlines.after(pingEveryMs);
    this.toContainer = new OneWay(client, upstream, joining.flushes);
    this.toClient = new OneWay(upstream, client, joining.flushes);
    upstream.on('error', () => upstream.destroy());
    upstream.once('end', () => this.onUpstreamOver());
    upstream.once('close', () => this.onUpstreamOver());
    client.write(head, 'latin1');
    client.on('error', () => client.destroy());
    client.once('end', () => this.onClientOver());
    client.once('close', () => {
      deadlines.remove(this);
      this.toContainer.flush();
      upstream.destroy();
    });
    deadlines.add(this);
    this.takeFromClient(first);
    client.on('data', (bytes: Buffer) => this.takeFromClient(bytes));
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

  /**
   * A close frame for the client as soon as no frame of the container's is half-way, then the end of both.
   */
  closeWith(code: number, reason?: string): void {
    if (this.closing) return;
    this.closing = closeFrame(code, reason);
    this.deadline = this.deadlines.after(lingerMs);
    // What the client still says is dropped; unread, it would reset the connection before the client reads
    // why.
    this.client.resume();
    if (this.frames.isBetweenFrames()) this.endBetweenFrames(this.closing);
  }

  extendDeadline(milliseconds: number): void {
    this.deadline += milliseconds;
  }

  checkDeadline(at: number): void {
    const isActive = this.isBusy && this.closing === null && this.survivor === null;
    this.isBusy = false;
    if (isActive) {
      this.deadline = this.deadlines.after(this.patienceMs, at);
      this.pingAt = this.deadlines.after(this.joining.pingEveryMs, at);
    } else if (at >= this.deadline) this.onDeadline(at);
    else if (at >= this.pingAt) this.ping(at);
  }

  /** A slow reader is no idle one, as long as it takes what waits for it. */
  private onDeadline(at: number): void {
    const { closing, survivor, client } = this;
    const { writableLength } = survivor ?? client;
    const isTaking = writableLength > 0 && writableLength < this.untakenBytes;
    this.untakenBytes = writableLength;
    if (closing === null && isTaking) {
      this.deadline = this.deadlines.after(this.patienceMs, at);
      return;
    }
    const isIdle =
      closing === null && (survivor === null || (survivor === client && !client.writableFinished));
    if (isIdle) this.joining.onIdle();
    // A client that reads nothing would not read the close frame either.
    if (isIdle && survivor === null && writableLength === 0) {
      const { idleTimeoutMs } = this.joining;
      this.closeWith(idleCloseCode, `idle_timeout_ms: nothing came for ${idleTimeoutMs} ms`);
    } else client.destroy();
  }

  private ping(at: number): void {
    if (this.closing || this.survivor || this.client.writableLength > 0 || !this.frames.isBetweenFrames())
      return;
    this.toClient.pass(pingFrame, 0, pingFrame.length);
    this.pingAt = this.deadlines.after(this.joining.pingEveryMs, at);
  }

  private takeFromClient(bytes: Buffer): void {
    if (this.closing === null && !this.pongs.takeOut(bytes, 0, bytes.length, this.passToContainer))
      this.client.pause();
  }

  private readonly passToContainer = (bytes: Buffer, from: number, to: number): boolean => {
    this.isBusy = true;
    this.receivedBytes += to - from;
    return this.toContainer.pass(bytes, from, to);
  };

  private endBetweenFrames(closing: Buffer): void {
    if (this.client.writableEnded) return;
    this.toClient.end(closing);
    this.upstream.destroy();
  }

  /**
   * A client that ends its side without a close frame is gone (RFC 6455 7.1.5). The container hears so, and
   * what it sends meanwhile is passed on for a moment: closed at once, it might lose the client's last words.
   */
  private onClientOver(): void {
    this.joining.onClientLeft();
    this.toContainer.end();
    if (this.closing === null) this.leaveTo(this.upstream, leavingMs);
  }

  private onUpstreamOver(): void {
    const { client, upstream, closing } = this;
    // It is told to end already, and gets the time to read why.
    if (closing !== null && client.writableEnded) return;
    const flushed = (): void => {
      // Behind half a frame no close frame fits.
      if (closing === null && upstream.destroyed) client.destroy();
      else if (!client.destroyed) this.leaveTo(client, leavingMs);
    };
    if (closing === null && this.survivor === null)
      this.leaveTo(client, Math.min(this.joining.idleTimeoutMs, maxUntakenMs));
    this.toClient.end(undefined, flushed);
  }

  private leaveTo(survivor: Duplex, withinMs: number): void {
    this.survivor = survivor;
    this.untakenBytes = survivor.writableLength;
    this.patienceMs = withinMs;
    this.deadline = this.deadlines.after(withinMs);
  }
}
