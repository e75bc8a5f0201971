/**
 * The one way from the gateway to services of others. A name is resolved once, every address that it has is judged, and
 * the socket goes to those very addresses: a name that means another address a moment later gains nothing. Redirects
 * are answers like others, https is verified, and no address inside the operator's network is spoken to unless the
 * connection says that it lies there.
 */
import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { unfolded } from '#platform/addresses.ts';
import { failureOf } from '#platform/upstream/failure.ts';
import type { EgressFailureKind } from './connections.types.ts';

export type EgressRequest = {
  url: URL;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | Readable | null;
  /** Private addresses are allowed. */
  isLocal: boolean;
  /** Until the first byte of the answer, and between two pieces of it. */
  timeoutMs: number;
  signal?: AbortSignal;
};

export type EgressAnswer = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Readable;
};

export type Egress = {
  /** @throws EgressFailure when there is no answer */
  send: (request: EgressRequest) => Promise<EgressAnswer>;
  /** @throws EgressFailure @returns where a host is, all of it allowed */
  resolve: (hostname: string, isLocal: boolean) => Promise<string[]>;
  close: () => Promise<void>;
};

export class EgressFailure extends Error {
  override readonly name = 'EgressFailure';
  readonly kind: EgressFailureKind;

  constructor(kind: EgressFailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const connectTimeoutMs = 10_000;
const maxHeadBytes = 32 * 1024;

export function createEgress(): Egress {
  const agents = { local: agentFor(true), outside: agentFor(false) };
  return {
    send: async ({ url, method, headers, body, isLocal, timeoutMs, signal }) => {
      refuseLiteral(url.hostname, isLocal);
      try {
        const answer = await request(url, {
          dispatcher: isLocal ? agents.local : agents.outside,
          method: methodOf(method),
          headers,
          body,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          ...(signal ? { signal } : {}),
        });
        return { status: answer.statusCode, headers: plainHeaders(answer.headers), body: answer.body };
      } catch (error) {
        throw egressFailureOf(error, signal) ?? error;
      }
    },
    resolve: (hostname, isLocal) => {
      refuseLiteral(hostname, isLocal);
      const host = hostname.replaceAll(/[[\]]/g, '');
      if (isIP(host) !== 0) return Promise.resolve([host]);
      return new Promise((resolve, reject) => {
        allowedAddresses(host, isLocal, (error, found) =>
          error ? reject(egressFailureOf(error) ?? error) : resolve(found.map(({ address }) => address)),
        );
      });
    },
    close: async () => {
      await Promise.all([agents.local.destroy(), agents.outside.destroy()]);
    },
  };
}

const outOfTime = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Either the certificate is out of date, or the clock of this machine is wrong. */
function isOutOfTime(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if ('code' in at && outOfTime.has(String(at.code))) return true;
  return false;
}

/** @returns what went wrong, an abort by the caller as `left`; `null` for what no service did: a bug of ours */
export function egressFailureOf(error: unknown, signal?: AbortSignal): EgressFailure | null {
  if (signal?.aborted) return new EgressFailure('left', 'the container left', error);
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof EgressFailure) return at;
  const failure = failureOf(error);
  if (!failure) return null;
  const { kind, message } = failure;
  switch (kind) {
    case 'resolve':
      return new EgressFailure('resolve', message, error);
    case 'unreachable':
    case 'refused':
      return new EgressFailure('refused', message, error);
    case 'tls':
      return new EgressFailure(isOutOfTime(error) ? 'clock' : 'tls', message, error);
    case 'connect-timeout':
    case 'head-timeout':
    case 'body-timeout':
    case 'wait-timeout':
      return new EgressFailure('timeout', message, error);
    case 'invalid':
    case 'unsendable':
      return new EgressFailure('invalid', message, error);
    case 'busy':
    case 'lost':
      return new EgressFailure('lost', message, error);
  }
}

function agentFor(isLocal: boolean): Agent {
  const pinned: LookupFunction = (host, options, callback) =>
    allowedAddresses(host, isLocal, (error, found) => {
      const first = found[0];
      if (error || !first) return callback(error ?? new Error(`no address for ${host}`), '', 0);
      if (options.all) return callback(null, found);
      return callback(null, first.address, first.family);
    });
  return new Agent({
    connect: { lookup: pinned, timeout: connectTimeoutMs, rejectUnauthorized: true },
    allowH2: false,
    maxHeaderSize: maxHeadBytes,
    pipelining: 1,
  });
}

type Found = (error: Error | null, addresses: LookupAddress[]) => void;

function allowedAddresses(host: string, isLocal: boolean, done: Found): void {
  lookup(host, { all: true }, (error, addresses) => {
    if (error) return done(error, []);
    const forbidden = addresses.find(({ address }) => !isAllowed(address, isLocal));
    if (forbidden) return done(privateAddress(host), []);
    return done(null, addresses);
  });
}

/** An address in place of a name is never looked up, so that it is judged here. */
function refuseLiteral(hostname: string, isLocal: boolean): void {
  const host = hostname.replaceAll(/[[\]]/g, '');
  if (isIP(host) !== 0 && !isAllowed(host, isLocal)) throw privateAddress(host);
}

function privateAddress(host: string): EgressFailure {
  return new EgressFailure('private-address', `${host} has an address that this connection must not go to`);
}

/** Inside the operator's network (RFC 1918, 4193, 6598, 6890). */
const inside = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inside.addSubnet(network, bits, 'ipv4');
inside.addSubnet('fc00::', 7, 'ipv6');

/** Never a service: this host, link-local with the metadata of clouds, groups, what is reserved or stands for IPv4. */
const never = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  never.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  never.addSubnet(network, bits, 'ipv6');

/** Exported for its table of cases. */
export function isAllowed(address: string, isLocal: boolean): boolean {
  const plain = unfolded(address.split('%', 1)[0] ?? '');
  const version = isIP(plain);
  if (version === 0) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (plain === '::1') return isLocal;
  return !never.check(plain, family) && (isLocal || !inside.check(plain, family));
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function methodOf(method: string): (typeof methods)[number] {
  const found = methods.find((one) => one === method);
  if (!found) throw new Error(`the method ${method} is not for connections`);
  return found;
}
