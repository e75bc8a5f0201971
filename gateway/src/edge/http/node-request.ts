/** A request that Node's HTTP server has read: one with an answer of its own, or an upgrade. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { headMemo, type ClientRequest, type HeadMemo } from './client-request.ts';

export class NodeRequest implements ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  readonly rawHeaders: readonly string[];
  readonly socket: Socket;
  readonly memo: HeadMemo = headMemo();
  readonly body: IncomingMessage;
  readonly awaitsContinue: boolean;

  constructor(message: IncomingMessage, awaitsContinue = false) {
    this.method = message.method ?? '';
    this.url = message.url ?? '';
    this.httpVersionMajor = message.httpVersionMajor;
    this.httpVersionMinor = message.httpVersionMinor;
    this.rawHeaders = message.rawHeaders;
    this.socket = message.socket;
    this.body = message;
    this.awaitsContinue = awaitsContinue;
  }

  hasUnreadBody(): boolean {
    const { complete, headers } = this.body;
    const announced = headers['content-length'] ?? headers['transfer-encoding'];
    return !complete && announced !== undefined;
  }
}
