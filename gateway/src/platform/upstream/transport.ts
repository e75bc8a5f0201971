/**
 * The one place that opens sockets to containers, so that no path chooses its own transport. An https origin
 * is spoken to over verified TLS or not at all: a caller hears of a socket only after the certificate and the
 * name were proved.
 */
import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecurely, createSecureContext, type SecureContext } from 'node:tls';
import { Client, Pool, type buildConnector } from 'undici';
import { ContainerFailure, failureOf } from './failure.ts';
import type { TrustedCa, Upstream } from './upstream.ts';

export type Opening = {
  /** Reads into the caller's own buffer, in place of `data` events. */
  onread?: OnReadOpts;
  /** From here on bytes may be written. */
  onReady: () => void;
  /** Before or after `onReady`; it may come more than once. */
  onFailure: (error: Error) => void;
};

export function openSocket(upstream: Upstream, { onread, onReady, onFailure }: Opening): Socket {
  const { protocol, hostname, port } = new URL(upstream.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const standardPort = protocol === 'http:' ? 80 : 443;
  const address = {
    host,
    port: port === '' ? standardPort : Number(port),
    noDelay: true,
    ...(onread ? { onread } : {}),
  };
  if (protocol === 'http:') {
    const socket = connect(address);
    let isConnected = false;
    socket.once('connect', () => {
      isConnected = true;
      onReady();
    });
    return socket.on('error', (error) =>
      onFailure(failureIn(isConnected ? 'exchange' : 'connecting', error)),
    );
  }
  const socket = connectSecurely({
    ...address,
    // Said here, so that no variable of the environment switches the check off.
    rejectUnauthorized: true,
    secureContext: contextFor(upstream.ca),
    ALPNProtocols: ['http/1.1'],
    // An address is compared with the certificate too, but has no place in a hello (RFC 6066).
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  let phase: Phase = 'connecting';
  socket.once('connect', () => (phase = 'handshake'));
  socket.once('secureConnect', () => {
    phase = 'exchange';
    onReady();
  });
  return socket.on('error', (error: Error) => onFailure(failureIn(phase, error)));
}

export type PoolOptions = Omit<
  Pool.Options,
  'connect' | 'connectTimeout' | 'allowH2' | 'factory' | 'socketPath'
> & {
  connectTimeoutMs: number;
};

export function openPool(upstream: Upstream, { connectTimeoutMs, ...options }: PoolOptions): Pool {
  return new Pool(upstream.origin, {
    ...options,
    allowH2: false,
    connect: connectorTo(upstream, connectTimeoutMs),
  });
}

/**
 * For one connection that stands already: undici writes and reads HTTP on it and opens no other. Its own timers are
 * off; the caller keeps its time.
 */
export function openClientOn({ origin }: Upstream, socket: Socket): Client {
  return new Client(origin, {
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: clientKeepMs,
    keepAliveMaxTimeout: clientKeepMs,
    keepAliveTimeoutThreshold: 0,
    maxHeaderSize: maxClientHeadBytes,
    // It asks again where the connection ended before it had it; and it expects no answer while it is still asking.
    connect: (_options, callback) =>
      queueMicrotask(() => {
        if (socket.destroyed) callback(new ContainerFailure('lost', 'the connection ended'), null);
        else callback(null, socket);
      }),
  });
}

/** Longer than any caller keeps a connection. */
const clientKeepMs = 3_600_000;
const maxClientHeadBytes = 32 * 1024;

/** Undici brings its own way to connect; in its place stands ours. */
function connectorTo(upstream: Upstream, timeoutMs: number): buildConnector.connector {
  return (_options, callback) => {
    let isOver = false;
    const fail = (error: Error): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      callback(error, null);
    };
    const socket = openSocket(upstream, {
      onReady: () => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        callback(null, socket);
      },
      onFailure: fail,
    });
    const timer = setTimeout(() => {
      fail(
        new ContainerFailure(
          'connect-timeout',
          `the container did not take the connection within ${timeoutMs} ms`,
        ),
      );
      socket.destroy();
    }, timeoutMs).unref();
  };
}

const contexts = new WeakMap<TrustedCa, SecureContext>();
let standardContext: SecureContext | null = null;

/** Made once for each authority: reading certificates costs more than a handshake. */
function contextFor(ca: TrustedCa | undefined): SecureContext {
  if (!ca) return (standardContext ??= createSecureContext());
  let context = contexts.get(ca);
  if (!context) contexts.set(ca, (context = createSecureContext({ ca: ca.pem })));
  return context;
}

type Phase = 'connecting' | 'handshake' | 'exchange';

/** The system says the same word at several moments, and the moment decides what it means. */
function failureIn(phase: Phase, error: Error): Error {
  const failure = failureOf(error);
  // The connection stood and the peer did not prove itself, whatever the system calls it.
  if (phase === 'handshake' && failure?.kind !== 'connect-timeout')
    return new ContainerFailure('tls', error.message, error);
  if (phase === 'exchange' && failure && failure.kind !== 'tls')
    return new ContainerFailure('lost', error.message, error);
  return failure ?? error;
}
