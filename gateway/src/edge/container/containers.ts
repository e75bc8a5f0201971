/** The way to the containers: by upstream, which is configuration's alone and never part of a path. */
import type { Dispatcher, Pool } from 'undici';
import type { Readable } from 'node:stream';
import { openClient, openPool } from '#platform/upstream/transport.ts';
import { upstreamKey, type Upstream } from '#platform/upstream/upstream.ts';
import { AnswerHead } from '../answer-head.ts';
import { Deadlines } from './deadlines.ts';
import type { Carrier, Exchanging, Sending } from './exchange.types.ts';
import { KeptConnections } from './kept-connections.ts';
import { UpgradeCall, type AskedUpgrade, type Upgrading } from './upgrade-call.ts';

export type Containers = {
  /**
   * @param isLasting server-sent events have connections of their own, so that they never starve plain requests
   * @param at now, on the monotonic clock
   */
  send: (upstream: Upstream, isLasting: boolean, sending: Sending, body: Readable | null, exchanging: Exchanging, at: number) => Carrier;
  /** Over a connection that nobody used before. */
  sendFresh: (upstream: Upstream, sending: Sending, body: Readable | null, exchanging: Exchanging, at: number) => Carrier;
  /** For what becomes a socket, over a connection of its own. */
  upgrade: (upstream: Upstream, asked: AskedUpgrade, upgrading: Upgrading) => UpgradeCall;
  close: () => Promise<void>;
};

export const connectTimeoutMs = 5_000;
const maxConnections = 128;
/** Shorter than what servers keep: Node's own default is 5 s. A container that says `keep-alive: timeout=…` is believed. */
const keepMs = 4_000;

export function containersByOrigin(): Containers {
  const kept = new Map<string, KeptConnections>();
  const plain = new Map<string, Pool>();
  const lasting = new Map<string, Pool>();
  const deadlines = new Deadlines();
  const options = { pipelining: 1, keepAliveTimeout: keepMs, connectTimeoutMs, maxHeaderSize: 32 * 1024 };
  const keptFor = (upstream: Upstream): KeptConnections => {
    const key = upstreamKey(upstream);
    let found = kept.get(key);
    if (!found) kept.set(key, (found = new KeptConnections(upstream, { maxConnections, connectTimeoutMs, keepMs }, deadlines)));
    return found;
  };
  const poolFor = (upstream: Upstream, isLasting: boolean): Pool => {
    const pools = isLasting ? lasting : plain;
    const key = upstreamKey(upstream);
    let pool = pools.get(key);
    if (!pool) pools.set(key, (pool = openPool(upstream, { ...options, connections: isLasting ? null : maxConnections })));
    return pool;
  };
  return {
    send: (upstream, isLasting, sending, body, exchanging, at) => {
      if (!isLasting && body === null) return keptFor(upstream).send(sending, exchanging, at, false);
      const exchange = new UndiciExchange(exchanging);
      poolFor(upstream, isLasting).dispatch(optionsOf(sending, body), exchange);
      return exchange;
    },
    sendFresh: (upstream, sending, body, exchanging, at) => {
      if (body === null) return keptFor(upstream).send(sending, exchanging, at, true);
      const exchange = new UndiciExchange(exchanging);
      const client = openClient(upstream, options);
      client.dispatch({ ...optionsOf(sending, body), reset: true }, exchange);
      // Closes when its request is done.
      void client.close();
      return exchange;
    },
    upgrade: (upstream, asked, upgrading) => new UpgradeCall(upstream, asked, upgrading, deadlines),
    close: async () => {
      for (const connections of kept.values()) connections.close();
      const all = [...plain.values(), ...lasting.values()];
      for (const known of [kept, plain, lasting]) known.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}

function optionsOf({ path, method, standing, own, headTimeoutMs, idleTimeoutMs }: Sending, body: Readable | null): Dispatcher.DispatchOptions {
  const headers = [...standing.list, ...own];
  return { path, method, headers, body, headersTimeout: headTimeoutMs, bodyTimeout: idleTimeoutMs };
}

/** Undici carries what has a body or lasts. */
class UndiciExchange implements Dispatcher.DispatchHandler, Carrier {
  private readonly exchanging: Exchanging;
  private controller: Dispatcher.DispatchController | null = null;
  /** Why it is not to begin, while it waits for a connection. */
  private unwanted: Error | null = null;

  constructor(exchanging: Exchanging) {
    this.exchanging = exchanging;
  }

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  abort(reason: Error): void {
    if (this.controller) this.controller.abort(reason);
    else this.unwanted = reason;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.unwanted) controller.abort(this.unwanted);
    else this.exchanging.onSent();
  }

  onResponseStarted(): void {
    this.exchanging.onFirstByte();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) this.exchanging.onInformation(status, linesOf(headers));
    else this.exchanging.onHead(new AnswerHead(status, linesOf(headers)));
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.exchanging.onBody(piece);
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: Record<string, string | string[] | undefined>): void {
    this.exchanging.onEnd(linesOf(trailers));
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.exchanging.onFailure(error);
  }
}

/** @returns name, value, name, value … */
function linesOf(headers: Record<string, string | string[] | undefined>): string[] {
  const lines: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (typeof value === 'string') lines.push(name, value);
    else for (const item of value) lines.push(name, item);
  }
  return lines;
}
