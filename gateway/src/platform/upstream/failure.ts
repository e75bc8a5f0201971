/** How an exchange with a container can fail: one map for requests, sockets, checks, settings and icons. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';

export const failureKinds = [
  /** The host name has no address. */
  'resolve',
  /** There is no way to the host. */
  'unreachable',
  /** The host is there, and nothing takes connections at the port. */
  'refused',
  /** The peer did not prove itself, or does not speak TLS. */
  'tls',
  'connect-timeout',
  /** All connections are in use, and as many requests wait for one as may. */
  'busy',
  /** No connection was free in time. */
  'wait-timeout',
  /** No answer began in time. */
  'head-timeout',
  /** An answer began and stood still. */
  'body-timeout',
  /** The connection ended before the answer did. */
  'lost',
  /** What came is no answer. */
  'invalid',
  /** The request holds what cannot be written into a head. */
  'unsendable',
] as const;

export type FailureKind = (typeof failureKinds)[number];

/** So a request fails while no connection stands: not one byte of it has left. */
export const kindsBeforeSending: ReadonlySet<FailureKind> = new Set([
  'resolve',
  'unreachable',
  'refused',
  'tls',
  'connect-timeout',
]);

export class ContainerFailure extends Error {
  override readonly name = 'ContainerFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const kindsByCode: Readonly<Record<string, FailureKind>> = {
  ENOTFOUND: 'resolve',
  ENODATA: 'resolve',
  ESERVFAIL: 'resolve',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  /** A firewall's word. */
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'head-timeout',
  UND_ERR_BODY_TIMEOUT: 'body-timeout',
  ECONNRESET: 'lost',
  ECONNABORTED: 'lost',
  ENOTCONN: 'lost',
  EPIPE: 'lost',
  UND_ERR_SOCKET: 'lost',
  UND_ERR_INFO: 'lost',
  UND_ERR_HEADERS_OVERFLOW: 'invalid',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'invalid',
  UND_ERR_INVALID_ARG: 'unsendable',
  UND_ERR_NOT_SUPPORTED: 'unsendable',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'unsendable',
};

const kindsByPattern: readonly (readonly [RegExp, FailureKind])[] = [
  [/^EAI_/, 'resolve'],
  [
    /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO$|UNABLE_TO_)|CERT|^CRL_|^(?:HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)$/,
    'tls',
  ],
  [/^HPE_/, 'invalid'],
];

/** Of several addresses that were tried, the one that came furthest tells most. */
const byDistance: readonly FailureKind[] = [
  'invalid',
  'body-timeout',
  'head-timeout',
  'lost',
  'tls',
  'refused',
  'connect-timeout',
  'unreachable',
  'resolve',
  'unsendable',
];
const maxDepth = 5;

/** @returns `null` for what no container did: a bug of ours, or the gateway's own want of something */
export function failureOf(error: unknown): ContainerFailure | null {
  if (error instanceof ContainerFailure) return error;
  const kind = kindOf(error, maxDepth);
  return (
    kind &&
    new ContainerFailure(
      kind,
      error instanceof Error && error.message !== '' ? error.message : codeOf(error),
      error,
    )
  );
}

/** The gateway ends what is under way, which is no failure of a container. */
export class GatewayStopping extends Error {
  override readonly name = 'GatewayStopping';

  constructor() {
    super('the gateway stops');
  }
}

/** Undici says it in words of its own. */
export function isStopping(error: unknown): boolean {
  return error instanceof GatewayStopping || ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes(codeOf(error));
}

export function failureKindOf(error: unknown): FailureKind | null {
  return kindOf(error, maxDepth);
}

/** The system's or the library's word for it, such as ECONNREFUSED; empty where there is none. */
export function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < maxDepth; at = at.cause, depth++) {
    const code = errorCode(at);
    if (code !== undefined) return code;
    if (at instanceof AggregateError) return codeOf(at.errors[0]);
  }
  return '';
}

function kindOf(error: unknown, depth: number): FailureKind | null {
  if (!(error instanceof Error) || depth === 0) return null;
  if (error instanceof ContainerFailure) return error.kind;
  if (error instanceof AggregateError) {
    const kinds = new Set(error.errors.map((one) => kindOf(one, depth - 1)));
    const furthest = byDistance.find((kind) => kinds.has(kind));
    if (furthest) return furthest;
  }
  // Undici's reader does not always say which rule was broken.
  if (error.name === 'HTTPParserError') return 'invalid';
  const code = errorCode(error) ?? '';
  return (
    kindsByCode[code] ??
    kindsByPattern.find(([pattern]) => pattern.test(code))?.[1] ??
    kindOf(error.cause, depth - 1)
  );
}
