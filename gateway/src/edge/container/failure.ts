/** How an exchange with a container can fail, whoever carries it: our own kept connections, or undici. */

export type FailureKind =
  /** Nobody took the connection. */
  | 'refused'
  | 'connect-timeout'
  /** No answer began in time. */
  | 'head-timeout'
  /** An answer began and stood still. */
  | 'body-timeout'
  /** The connection ended before the answer did. */
  | 'lost'
  /** The request holds what cannot be written into a head. */
  | 'unsendable'
  /** Something else, such as an answer that is not HTTP. */
  | 'invalid';

export class ContainerFailure extends Error {
  override readonly name = 'ContainerFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const kindsByCode: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'head-timeout',
  UND_ERR_BODY_TIMEOUT: 'body-timeout',
  UND_ERR_SOCKET: 'lost',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  UND_ERR_INVALID_ARG: 'unsendable',
};

export function failureKindOf(error: Error): FailureKind {
  if (error instanceof ContainerFailure) return error.kind;
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return failureKindOf(error.errors[0]);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return kindsByCode[code] ?? 'invalid';
}
