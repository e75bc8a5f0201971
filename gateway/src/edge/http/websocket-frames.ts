import { randomBytes } from 'node:crypto';

const maxHeaderLength = 14;

/**
 * Where frames of a WebSocket end (RFC 6455 5.2), followed without holding a byte of them: so that the
 * gateway can put in a close frame of its own where one frame is over and the next has not begun.
 */
export class FrameEnds {
  /** Bytes of the present frame's payload that are still to come. */
  private payloadLeft = 0;
  /** What is known of a header that came in pieces. */
  private readonly header = Buffer.allocUnsafe(maxHeaderLength);
  private headerLength = 0;

  isBetweenFrames(): boolean {
    return this.payloadLeft === 0 && this.headerLength === 0;
  }

  /**
   * @param stopAtEnd whether to stop where the first frame ends
   * @returns up to where the bytes were followed: `to`, unless it stopped
   */
  follow(bytes: Buffer, stopAtEnd = false, from = 0, to = bytes.length): number {
    let at = from;
    while (at < to) {
      if (this.payloadLeft > 0) {
        const step = Math.min(this.payloadLeft, to - at);
        this.payloadLeft -= step;
        at += step;
      } else at = this.readHeader(bytes, at, to);
      if (stopAtEnd && this.isBetweenFrames()) return at;
    }
    return at;
  }

  private readHeader(bytes: Buffer, at: number, to: number): number {
    // Most come whole.
    if (this.headerLength === 0 && to - at >= maxHeaderLength) {
      this.payloadLeft = payloadLengthAt(bytes, at);
      return at + headerLengthAt(bytes, at);
    }
    const { header } = this;
    header[this.headerLength++] = bytes[at] ?? 0;
    if (this.headerLength >= 2 && this.headerLength === headerLengthAt(header, 0)) {
      this.payloadLeft = payloadLengthAt(header, 0);
      this.headerLength = 0;
    }
    return at + 1;
  }
}

/**
 * What the gateway's own pings carry: eight bytes that a container's own pings do not happen to carry too.
 */
const pingPayload = randomBytes(8);
const pongByte = 0x8a;
/** Header, mask and payload of the answer to one. */
const pongLength = 14;

/** An unmasked ping of the gateway's own (RFC 6455 5.5.2). */
export const pingFrame = Buffer.concat([Buffer.from([0x89, pingPayload.length]), pingPayload]);

/** @param reason at most 123 bytes (RFC 6455 5.5) */
export function closeFrame(code: number, reason = ''): Buffer {
  const words = Buffer.from(reason);
  const frame = Buffer.concat([Buffer.from([0x88, 2 + words.length, 0, 0]), words]);
  frame.writeUInt16BE(code, 2);
  return frame;
}

/**
 * Takes the answers to the gateway's own pings out of what a client says: the container did not ask for them,
 * and a client that only answers pings is idle. Everything else goes on as it came, and at most 13 bytes are
 * held meanwhile.
 */
export class OwnPongs {
  private readonly frames = new FrameEnds();
  private readonly held = Buffer.allocUnsafe(pongLength);
  private heldLength = 0;

  /**
   * @param pass gets what is not ours, in its order; its bytes are overwritten afterwards
   * @returns whether `pass` had room for more to the end
   */
  takeOut(
    bytes: Buffer,
    from: number,
    to: number,
    pass: (bytes: Buffer, from: number, to: number) => boolean,
  ): boolean {
    const { frames, held } = this;
    let hasRoom = true;
    let start = from;
    let at = from;
    while (at < to) {
      if (this.heldLength === 0 && !(bytes[at] === pongByte && frames.isBetweenFrames())) {
        at = frames.follow(bytes, true, at, to);
        continue;
      }
      if (at > start) hasRoom = pass(bytes, start, at);
      held[this.heldLength++] = bytes[at++] ?? 0;
      start = at;
      if (!this.maybeOurs()) {
        frames.follow(held, false, 0, this.heldLength);
        hasRoom = pass(held, 0, this.heldLength);
        this.heldLength = 0;
      } else if (this.heldLength === pongLength) this.heldLength = 0;
    }
    return at > start ? pass(bytes, start, at) : hasRoom;
  }

  /** Whether the newest byte held fits: one that carries a mask and our payload behind it. */
  private maybeOurs(): boolean {
    const { held } = this;
    const last = this.heldLength - 1;
    if (last === 1) return held[1] === (0x80 | pingPayload.length);
    return last < 6 || ((held[last] ?? 0) ^ (held[2 + ((last - 6) % 4)] ?? 0)) === pingPayload[last - 6];
  }
}

/** Its first two bytes say it. */
function headerLengthAt(bytes: Buffer, at: number): number {
  const second = bytes[at + 1] ?? 0;
  return 2 + extendedLengthBytes(second & 0x7f) + (second & 0x80 ? 4 : 0);
}

function extendedLengthBytes(length: number): 0 | 2 | 8 {
  if (length === 127) return 8;
  return length === 126 ? 2 : 0;
}

function payloadLengthAt(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length === 126) return bytes.readUInt16BE(at + 2);
  return length === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : length;
}
