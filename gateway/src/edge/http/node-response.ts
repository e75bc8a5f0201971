/** The answer to a request that Node's HTTP server has read. */
import type { ServerResponse } from 'node:http';
import type { ClientResponse, OutgoingHead } from './client-response.ts';

export class NodeResponse implements ClientResponse {
  /** Pieces are copied: Node may write them later, and what they lie in is read into again. */
  readonly isHoldingBytes = false;
  private readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  get statusCode(): number {
    return this.response.statusCode;
  }

  get headersSent(): boolean {
    return this.response.headersSent;
  }

  get destroyed(): boolean {
    return this.response.destroyed;
  }

  get chunkedEncoding(): boolean {
    return this.response.chunkedEncoding;
  }

  writeHead(status: number, lines: readonly string[]): void {
    this.response.writeHead(status, [...lines]);
  }

  writeUpstreamHead(status: number, { passed, requestId, own, closes }: OutgoingHead): void {
    const end = closes ? ['connection', 'close'] : [];
    this.response.writeHead(status, [...passed.lines.list, 'x-request-id', requestId, ...own.list, ...end]);
  }

  flushHeaders(): void {
    this.response.flushHeaders();
  }

  write(piece: Buffer | string): boolean {
    return this.response.write(typeof piece === 'string' ? piece : Buffer.from(piece));
  }

  end(piece?: Buffer | string, encoding?: 'latin1'): void {
    if (piece === undefined) this.response.end();
    else if (typeof piece !== 'string') this.response.end(Buffer.from(piece));
    else this.response.end(piece, encoding ?? 'utf8');
  }

  destroy(): void {
    this.response.destroy();
  }

  onClose(listener: () => void): void {
    this.response.on('close', listener);
  }

  onDrain(listener: () => void): void {
    this.response.on('drain', listener);
  }

  addTrailers(trailers: readonly [string, string][]): void {
    this.response.addTrailers([...trailers]);
  }

  writeContinue(): void {
    this.response.writeContinue();
  }

  writeProcessing(): void {
    this.response.writeProcessing();
  }

  writeEarlyHints(links: readonly string[]): void {
    try {
      this.response.writeEarlyHints({ link: [...links] });
    } catch {
      // A hint that Node cannot read is left out; the answer itself is still to come.
    }
  }
}
