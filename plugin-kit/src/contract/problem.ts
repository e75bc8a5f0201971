/**
 * Errors on the wire: RFC 9457 `application/problem+json`, each with a stable `type`.
 * The table below is the one list of them; `docs/problems.md` is generated from it.
 */

import type { Say } from './say.ts';

/** One wrong field: a JSON Pointer (RFC 6901) into the body, and words for a person. */
export type FieldError = { pointer: string; detail: string };

type ProblemKind = { status: number; title: string; meaning: string };

/**
 * Every problem that Berth or a container on its kit answers with. The key is the last part of the `type`
 * URI.
 */
export const problemKinds = {
  'not-signed-in': {
    status: 401,
    title: 'Sign in first',
    meaning: 'No valid credential came with the request: none at all, expired, revoked or forged.',
  },
  'sign-in-failed': {
    status: 401,
    title: 'E-mail or password is wrong',
    meaning: 'The same words for an unknown account, a wrong password and an inactive account.',
  },
  'second-factor-failed': {
    status: 401,
    title: 'This did not work as a second step',
    meaning: 'A wrong code, one that was used before, or a passkey that does not fit.',
  },
  'sign-in-expired': {
    status: 401,
    title: 'This sign-in took too long',
    meaning: 'The ticket or challenge of a sign-in is over, was used, or is not ours. Start again.',
  },
  'link-not-good': {
    status: 400,
    title: 'This link is not good any more',
    meaning: 'It was used before, it has expired, or a newer one took its place.',
  },
  'invalid-grant': {
    status: 400,
    title: 'The refresh token is not good',
    meaning:
      'Unknown, expired, revoked, or used before; in the last case the whole session of the program has ended. `error` is `invalid_grant`.',
  },
  'not-allowed': {
    status: 403,
    title: 'You may not do this',
    meaning: 'The caller is known and lacks the right that the detail names.',
  },
  'csrf-failed': {
    status: 403,
    title: 'This request did not come from our own page',
    meaning:
      'An unsafe method with a cookie needs a same-origin proof and the double-submit token in `x-csrf-token`.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing here, or it is not yours: the two are one and the same answer.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, the method does not; `allow` lists those that do.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request came too slowly',
    meaning: 'Nothing more of the body came for as long as the detail says.',
  },
  conflict: {
    status: 409,
    title: 'It is not in a state for this',
    meaning: 'The request contradicts the present state, which the detail names.',
  },
  'already-set-up': { status: 409, title: 'Set-up is done', meaning: 'A first account exists already.' },
  stale: {
    status: 412,
    title: 'Somebody saved meanwhile',
    meaning: '`If-Match` names a version that is no longer the present one. Nothing was changed.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'More bytes than the limit that the detail names.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The body is not of a type that this address reads.',
  },
  'bad-request': {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'Malformed JSON, a wrong query parameter, or a header that breaks the protocol.',
  },
  'bad-path': {
    status: 400,
    title: 'The path is ambiguous',
    meaning:
      'Dot segments, encoded slashes, backslashes, control bytes, empty segments or invalid escapes: refused, so that what is checked is what is used.',
  },
  'email-taken': {
    status: 400,
    title: 'This e-mail cannot be registered',
    meaning: 'Registration was refused for this address.',
  },
  'misdirected-request': {
    status: 421,
    title: 'Nothing is served under this name',
    meaning:
      'The `host` header, or what a trusted proxy says of it, is not the host of `BERTH_PUBLIC_URL` and not listed in `BERTH_PUBLIC_HOSTS`.',
  },
  'upgrade-required': {
    status: 426,
    title: 'Another version of the protocol is needed',
    meaning: 'A WebSocket is asked for in another version than 13, which `sec-websocket-version` names.',
  },
  invalid: {
    status: 422,
    title: 'Some fields are wrong',
    meaning: '`errors` lists each field by JSON Pointer.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning: 'A limit that the detail names was reached; `retry-after` says when to try again.',
  },
  internal: {
    status: 500,
    title: 'Something broke here',
    meaning: 'A bug. The request id finds it in the log; no detail is shown.',
  },
  'bad-gateway': {
    status: 502,
    title: 'The extension gave no valid answer',
    meaning:
      'The container could not be reached, did not prove who it is, or died or broke the protocol while it answered. `failure` says which: resolve, unreachable, refused, tls, lost, invalid, or protocol for an answer in a form that it does not have.',
  },
  unavailable: {
    status: 503,
    title: 'Not available right now',
    meaning: 'A part that is needed is down; `retry-after` says when to try again.',
  },
  'issuer-differs': {
    status: 502,
    title: 'The provider calls itself by another name',
    meaning:
      'The issuer in the list of providers, `listed`, is not the one that the provider says, `told`; a slash at the end counts.',
  },
  'plugin-offline': {
    status: 503,
    title: 'The extension is not answering',
    meaning:
      'The container is down or not known well enough to be served; `retry-after` says when to try again.',
  },
  'gateway-timeout': {
    status: 504,
    title: 'The extension took too long',
    meaning:
      'The container did not answer within the time limit that the detail names. `failure` says where it stood: connect-timeout, head-timeout or body-timeout.',
  },
  'connection-not-bound': {
    status: 404,
    title: 'No connection stands behind this name',
    meaning:
      'The manifest of the extension does not ask for it, or no superuser has given it one yet: Admin, Connections.',
  },
  'capability-not-bound': {
    status: 404,
    title: 'Nothing of this kind is bound here',
    meaning:
      'The workspace and its type bind no capability of the kind, or not the one that `?source=` names. A superuser binds one: Admin, Workspaces.',
  },
  'source-needed': {
    status: 400,
    title: 'Say which source is meant',
    meaning:
      'Several capabilities of the kind are bound and none is the default. `sources` lists what `?source=` may be.',
  },
  'capability-unavailable': {
    status: 503,
    title: 'What is bound here is not available',
    meaning:
      'The capability is bound, and its extension is gone, away or switched off, or speaks a version that the gateway does not. The detail says which.',
  },
  'credentials-missing': {
    status: 503,
    title: 'The connection of this capability is not set up',
    meaning:
      'The capability needs a connection, and no superuser has given it one, or its secret cannot be opened: Admin, Connections.',
  },
  'payment-required': {
    status: 402,
    title: 'This has to be paid first',
    meaning:
      'A hook of the operator (a submission guard, for instance) says so; the detail names what is missing.',
  },
  'budget-reached': {
    status: 402,
    title: 'The budget of this month is used up',
    meaning:
      'The connection has a limit of tokens or money a month, which the detail names. Nothing was sent.',
  },
  'provider-failed': {
    status: 502,
    title: 'The service behind the connection gave no valid answer',
    meaning:
      'It could not be reached, refused the key, or broke the protocol. `failure` says which: resolve, private-address, refused, tls, lost, invalid, too-large, unauthorized or provider-error.',
  },
  'provider-timeout': {
    status: 504,
    title: 'The service behind the connection took too long',
    meaning: 'It did not answer within the time limit of the connection.',
  },
  'http-version-not-supported': {
    status: 505,
    title: 'This version of HTTP is not served',
    meaning: 'The request line names another version than HTTP/1.1 or HTTP/1.0.',
  },
  'insufficient-storage': {
    status: 507,
    title: 'The disk is full',
    meaning: 'There is no room to keep what was sent. Nothing was half kept.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemType = keyof typeof problemKinds;

/** The body of a problem answer. `type` is a relative URI reference, stable for ever. */
export type ProblemBody = {
  type: `/problems/${ProblemType}`;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  errors?: FieldError[];
  [extension: string]: unknown;
};

type ProblemOptions = {
  detail?: string;
  errors?: FieldError[];
  /** Response headers that belong to the refusal, such as `retry-after`. */
  headers?: Record<string, string>;
  /** Further members of the body. */
  extensions?: Record<string, unknown>;
  /** Private: for the log, never for the wire. */
  cause?: unknown;
};

/** A refusal that ends the request. Thrown by use-cases; whoever answers turns it into `problem+json`. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: ProblemType;
  readonly status: number;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;
  readonly extensions: Record<string, unknown>;

  constructor(type: ProblemType, options: ProblemOptions = {}) {
    super(options.detail ?? problemKinds[type].title, { cause: options.cause });
    this.type = type;
    this.status = problemKinds[type].status;
    this.detail = options.detail;
    this.errors = options.errors;
    // Every 401 says how to do better (RFC 9110 15.5.2).
    this.headers = { ...(this.status === 401 ? { 'www-authenticate': 'Bearer' } : {}), ...options.headers };
    this.extensions = options.extensions ?? {};
  }

  /**
   * @param instance the request id, so that a person can quote it
   * @param say its sentences in the reader's language; English when left out
   */
  body(instance?: string, say: Say = (english) => english): ProblemBody {
    return {
      ...this.extensions,
      type: `/problems/${this.type}`,
      title: say(problemKinds[this.type].title),
      status: this.status,
      ...(this.detail === undefined ? {} : { detail: say(this.detail) }),
      ...(instance === undefined ? {} : { instance }),
      ...(this.errors === undefined
        ? {}
        : { errors: this.errors.map((error) => ({ ...error, detail: say(error.detail) })) }),
    };
  }
}

export const problemContentType = 'application/problem+json';
