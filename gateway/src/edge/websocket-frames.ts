/**
 * Where frames of a WebSocket end (RFC 6455 5.2), followed without holding a byte of them: so that the gateway can
 * put in a close frame of its own where one frame is over and the next has not begun.
 */
export class FrameEnds {
  /** Bytes of the present frame's payload that are still to come. */
  private payloadLeft = 0;
  /** What is known of a header that came in pieces. */
  private readonly header = Buffer.allocUnsafe(14);
  private headerLength = 0;

  isBetweenFrames(): boolean {
    return this.payloadLeft === 0 && this.headerLength === 0;
  }

  /**
   * @param stopAtEnd whether to stop where the first frame ends
   * @returns how many bytes of the chunk were followed: all of them, unless it stopped
   */
  follow(chunk: Buffer, stopAtEnd = false): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.payloadLeft > 0) {
        const step = Math.min(this.payloadLeft, chunk.length - at);
        this.payloadLeft -= step;
        at += step;
      } else {
        this.header[this.headerLength++] = chunk[at++] ?? 0;
        if (this.headerLength < headerLengthOf(this.header, this.headerLength)) continue;
        this.payloadLeft = payloadLengthOf(this.header);
        this.headerLength = 0;
      }
      if (stopAtEnd && this.isBetweenFrames()) return at;
    }
    return at;
  }
}

export function closeFrame(code: number): Buffer {
  const frame = Buffer.from([0x88, 2, 0, 0]);
  frame.writeUInt16BE(code, 2);
  return frame;
}

/** Two bytes say how long the rest is. */
function headerLengthOf(header: Buffer, known: number): number {
  if (known < 2) return 2;
  const second = header[1] ?? 0;
  const length = second & 0x7f;
  return 2 + (length === 127 ? 8 : length === 126 ? 2 : 0) + (second & 0x80 ? 4 : 0);
}

function payloadLengthOf(header: Buffer): number {
  const length = (header[1] ?? 0) & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
}
