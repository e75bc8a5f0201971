/**
 * An upgrade whose HTTP is written and read by undici (BERTH_EDGE_POOL=undici), over a connection of its own.
 * After 101 the connection belongs to the caller.
 */
import type { Socket } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import { maxInterimAnswers } from '#edge/http/constants.ts';
import type { ByteSink } from '#edge/http/read-buffer.ts';
import { ContainerFailure } from '#platform/upstream/failure.ts';
import { openClientOn, openSocket } from '#platform/upstream/transport.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import { exchangeFailure, linesOf } from './undici-answers.ts';
import type { AskedUpgrade, UpgradeCall, Upgrading } from './upgrade.types.ts';

export class UndiciUpgradeCall implements UpgradeCall, Timed, Dispatcher.DispatchHandler {
  readonly socket: Socket;
  readonly deadlines: Deadlines;
  isAsked = false;
  private readonly asked: AskedUpgrade;
  private readonly upgrading: Upgrading;
  private readonly client: Client;
  private controller: Dispatcher.DispatchController | null = null;
  private phase: 'connecting' | 'asked' | 'answered' | 'over' = 'connecting';
  private interimCount = 0;
  private deadline: number;

  constructor(upstream: Upstream, asked: AskedUpgrade, upgrading: Upgrading, deadlines: Deadlines) {
    this.asked = asked;
    this.upgrading = upgrading;
    this.deadlines = deadlines;
    this.deadline = deadlines.after(asked.connectTimeoutMs);
    this.socket = openSocket(upstream, { onReady: () => this.ask(), onFailure: this.onSocketFailure });
    this.client = openClientOn(upstream, this.socket);
    deadlines.add(this);
  }

  abort(): void {
    this.phase = 'over';
    this.deadlines.remove(this);
    this.socket.destroy();
    this.client.destroy(() => {});
  }

  resume(): void {
    if (this.phase !== 'answered') return;
    this.deadline = this.deadlines.after(this.asked.idleTimeoutMs);
    this.controller?.resume();
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
  }

  onRequestUpgrade({ rawHeaders }: Dispatcher.DispatchController): void {
    if (this.phase === 'over') return;
    const sink = this.upgrading.onSwitched(linesOf(rawHeaders));
    if (sink) this.handOver(sink);
    else this.abort();
  }

  onResponseStart({ rawHeaders }: Dispatcher.DispatchController, status: number): void {
    if (this.phase === 'over') return;
    if (status < 200) {
      if (status === 101) this.fail(new ContainerFailure('invalid', 'the upgrade names no protocol'));
      else if (++this.interimCount > maxInterimAnswers)
        this.fail(new ContainerFailure('invalid', 'interim answers without end'));
      return;
    }
    this.phase = 'answered';
    this.deadline = this.deadlines.after(this.asked.idleTimeoutMs);
    this.upgrading.onHead(status, linesOf(rawHeaders));
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.phase !== 'answered') return;
    this.deadline = this.deadlines.after(this.asked.idleTimeoutMs);
    if (!this.upgrading.onBody(piece)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.phase !== 'answered') return;
    this.abort();
    this.upgrading.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(exchangeFailure(error));
  }

  private ask(): void {
    if (this.phase !== 'connecting') return;
    this.phase = 'asked';
    this.isAsked = true;
    this.deadline = this.deadlines.after(this.asked.headTimeoutMs);
    const { path, headers } = this.asked;
    try {
      this.client.dispatch({ method: 'GET', path, headers: [...headers], upgrade: 'websocket' }, this);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** From here on it hears of nothing, and undici has let go of the socket. */
  private handOver(sink: ByteSink): void {
    this.phase = 'over';
    this.deadlines.remove(this);
    const { socket } = this;
    socket.on('data', (bytes: Buffer) => {
      if (!sink.take(bytes, 0, bytes.length)) socket.pause();
    });
  }

  /** Undici says why, once it has the socket. */
  private readonly onSocketFailure = (error: Error): void => {
    if (this.phase === 'connecting') this.fail(error);
  };

  private readonly fail = (error: Error): void => {
    if (this.phase === 'over') return;
    this.abort();
    this.upgrading.onFailure(error);
  };
}
