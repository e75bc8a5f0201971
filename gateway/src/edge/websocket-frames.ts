const maxHeaderLength = 14;

/**
 * Where frames of a WebSocket end (RFC 6455 5.2), followed without holding a byte of them: so that the gateway can
 * put in a close frame of its own where one frame is over and the next has not begun.
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

export function closeFrame(code: number): Buffer {
  const frame = Buffer.from([0x88, 2, 0, 0]);
  frame.writeUInt16BE(code, 2);
  return frame;
}

/** Its first two bytes say it. */
function headerLengthAt(bytes: Buffer, at: number): number {
  const second = bytes[at + 1] ?? 0;
  const length = second & 0x7f;
  return 2 + (length === 127 ? 8 : length === 126 ? 2 : 0) + (second & 0x80 ? 4 : 0);
}

function payloadLengthAt(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length === 126) return bytes.readUInt16BE(at + 2);
  return length === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : length;
}
