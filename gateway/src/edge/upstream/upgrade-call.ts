/**
 * An upgrade that is asked of a container, over a connection of its own. The answer is read as strictly as
 * any other; after 101 the connection belongs to the caller.
 */
import type { Socket } from 'node:net';
import type { UpstreamHead } from '#edge/http/upstream-head.ts';
import { maxInterimAnswers } from '#edge/http/constants.ts';
import { textOf } from '#edge/http/header-lines.ts';
import { sharedReadBuffer, type ByteSink } from '#edge/http/read-buffer.ts';
import { ResponseParser, type ResponseParts } from './response-parser.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { AskedUpgrade, UpgradeCall, Upgrading } from './upgrade.types.ts';
import { ContainerFailure } from '#platform/upstream/failure.ts';
import { openSocket } from '#platform/upstream/transport.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';

export class OwnUpgradeCall implements UpgradeCall, ResponseParts, Timed {
  readonly socket: Socket;
  readonly deadlines: Deadlines;
  private readonly asked: AskedUpgrade;
  private readonly upgrading: Upgrading;
  private readonly parser = new ResponseParser(this);
  private deadline: number;
  private phase: 'connecting' | 'asked' | 'answered' | 'over' = 'connecting';
  /** Whether bytes of the request may have left. */
  isAsked = false;
  private interimCount = 0;
  private hasRoom = true;
  private taker: ByteSink | null = null;

  constructor(upstream: Upstream, asked: AskedUpgrade, upgrading: Upgrading, deadlines: Deadlines) {
    this.asked = asked;
    this.upgrading = upgrading;
    this.deadlines = deadlines;
    this.deadline = deadlines.after(asked.connectTimeoutMs);
    const socket = openSocket(upstream, {
      onReady: () => this.ask(new URL(upstream.origin).host),
      onFailure: this.fail,
      onread: {
        buffer: sharedReadBuffer,
        callback: (length) =>
          this.taker ? this.taker.take(sharedReadBuffer, 0, length) : this.readAnswer(length),
      },
    });
    this.socket = socket;
    socket.on('end', this.onEndOfBytes);
    socket.on('close', this.onClose);
    deadlines.add(this);
  }

  /** Nothing is told after this. */
  abort(): void {
    this.phase = 'over';
    this.deadlines.remove(this);
    this.socket.destroy();
  }

  /** There is room for more of the answer's body. */
  resume(): void {
    if (this.phase !== 'answered') return;
    this.hasRoom = true;
    this.deadline = this.deadlines.after(this.asked.idleTimeoutMs);
    this.socket.resume();
  }

  extendDeadline(milliseconds: number): void {
    this.deadline += milliseconds;
  }

  checkDeadline(at: number): void {
    if (at < this.deadline) return;
    if (this.phase === 'connecting')
      this.fail(new ContainerFailure('connect-timeout', 'the container did not take the connection in time'));
    else if (this.phase === 'asked')
      this.fail(new ContainerFailure('head-timeout', 'no answer began in time'));
    else this.fail(new ContainerFailure('body-timeout', 'the answer stood still'));
  }

  onInformation(): void {
    if (++this.interimCount > maxInterimAnswers)
      throw new ContainerFailure('invalid', 'interim answers without end');
  }

  onHead({ status, lines }: UpstreamHead): void {
    if (status === 101) {
      this.taker = this.upgrading.onSwitched(lines);
      if (this.taker) this.letGo();
      else this.abort();
      return;
    }
    this.phase = 'answered';
    this.deadline = this.deadlines.after(this.asked.idleTimeoutMs);
    this.upgrading.onHead(status, lines);
  }

  /** After 101: what came right behind its head. */
  onBody(piece: Buffer): void {
    if (this.taker) this.hasRoom = this.taker.take(piece, 0, piece.length);
    else if (this.phase === 'answered') {
      this.deadline = this.deadlines.after(this.asked.idleTimeoutMs);
      this.hasRoom = this.upgrading.onBody(piece);
    }
  }

  onWholeBody(text: string): void {
    this.onBody(Buffer.from(text, 'latin1'));
  }

  onEnd(): void {
    if (this.phase !== 'answered') return;
    this.abort();
    this.upgrading.onEnd();
  }

  private ask(host: string): void {
    if (this.phase !== 'connecting') return;
    this.phase = 'asked';
    this.isAsked = true;
    this.deadline = this.deadlines.after(this.asked.headTimeoutMs);
    this.parser.begin(false, true);
    const { path, headers } = this.asked;
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n${textOf(headers)}\r\n`,
      'latin1',
    );
  }

  private readAnswer(length: number): boolean {
    if (this.phase === 'over') return false;
    try {
      this.parser.read(sharedReadBuffer, length);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
    return this.hasRoom;
  }

  /** From here on it hears of nothing. */
  private letGo(): void {
    this.phase = 'over';
    this.deadlines.remove(this);
    this.socket.off('end', this.onEndOfBytes).off('close', this.onClose);
  }

  private readonly fail = (error: Error): void => {
    if (this.phase === 'over') return;
    this.abort();
    this.upgrading.onFailure(error);
  };

  private readonly onClose = (): void =>
    this.fail(new ContainerFailure('lost', 'the container closed the connection'));

  private readonly onEndOfBytes = (): void => {
    // An end before the connection stands is told as a failure of its own.
    if (this.phase === 'over' || this.phase === 'connecting') return;
    try {
      this.parser.close();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
