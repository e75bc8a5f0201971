/** One door to the gateway: the double-submit token, problem answers as errors, and what a 401 means. */
import type { FieldError, ProblemBody } from '@berth/plugin-kit/contract/problem.ts';
import { locale, msg, t } from '#words/words.ts';

const unreachableWords = msg('Berth cannot be reached. Check the connection; nothing was lost.');

/** A refusal of the gateway, or `status: 0` when it could not be reached at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The last part of the problem's type: `not-allowed`. `unreachable` when nothing answered. */
  readonly kind: string;
  readonly requestId: string | null;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor(options: {
    status: number;
    kind: string;
    message: string;
    requestId?: string | null;
    errors?: readonly FieldError[];
    retryAfterSeconds?: number | null;
  }) {
    super(options.message);
    this.status = options.status;
    this.kind = options.kind;
    this.requestId = options.requestId ?? null;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/**
 * Whether there was no answer: not the network, not the gateway, or only a proxy in its place that says it is
 * away.
 */
export function isUnreachable(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.kind === 'unreachable' || (error.kind === 'unavailable' && error.status === 503))
  );
}

export type Answer<T> = { data: T; etag: string | null };

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type RequestOptions = {
  method?: Method;
  body?: unknown;
  /** Instead of a body as JSON. */
  form?: FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  asksWhoIAm?: boolean;
  /** Instead of `JSON.parse`, which rounds large numbers. */
  parse?: (text: string) => unknown;
};

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

/** Given by the session; sent back with every unsafe request. */
export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Called when any request learns that nobody is signed in any more. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

/** @throws ApiError */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const answer = await send(path, options);
  if (!answer.ok) {
    const error = await errorOf(answer);
    if (answer.status === 401 && error.kind === 'not-signed-in' && options.asksWhoIAm !== true) onSignedOut();
    throw error;
  }
  const text = answer.status === 204 ? '' : await answer.text();
  // The shell and the gateway are built and shipped as one: the types in `api/types.ts` are the gateway's
  // own.
  return {
    data: (text === '' ? undefined : (options.parse ?? JSON.parse)(text)) as T,
    etag: answer.headers.get('etag'),
  };
}

/** An answer that is read piece by piece, and not kept. @throws ApiError */
export async function requestStream(path: string, options: RequestOptions): Promise<Response> {
  const answer = await send(path, options);
  if (answer.ok) return answer;
  const error = await errorOf(answer);
  if (answer.status === 401 && error.kind === 'not-signed-in') onSignedOut();
  throw error;
}

/** @throws ApiError */
export async function requestWithForm(path: string, form: FormData): Promise<void> {
  await request<unknown>(path, { method: 'POST', form });
}

const remembered = new Map<string, Answer<unknown>>();

/**
 * A GET that is asked often: sends `If-None-Match` and gives back the very same object while nothing changed.
 */
export async function requestUnlessSame<T>(path: string, signal: AbortSignal): Promise<T> {
  const known = remembered.get(path);
  const answer = await send(path, { signal, headers: known?.etag ? { 'if-none-match': known.etag } : {} });
  if (answer.status === 304 && known) return known.data as T;
  if (!answer.ok) {
    if (answer.status === 401) onSignedOut();
    throw await errorOf(answer);
  }
  const fresh: Answer<unknown> = { data: await answer.json(), etag: answer.headers.get('etag') };
  remembered.set(path, fresh);
  return fresh.data as T;
}

/** What one person was shown is nothing for the next. */
export function forgetAnswers(): void {
  remembered.clear();
}

async function send(
  path: string,
  { method = 'GET', body, form, headers = {}, signal }: RequestOptions,
): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        // Sentences of problems are shown as they come.
        'accept-language': locale(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method !== 'GET' && csrfToken !== null ? { 'x-csrf-token': csrfToken } : {}),
        ...headers,
      },
      ...(form === undefined ? {} : { body: form }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, kind: 'unreachable', message: t(unreachableWords) });
  }
}

async function errorOf(answer: Response): Promise<ApiError> {
  const problem = await readProblem(answer);
  // The gateway always says what was wrong: this is the answer of a proxy that finds nobody behind it.
  if (problem.type === undefined && [502, 503, 504].includes(answer.status))
    return new ApiError({ status: answer.status, kind: 'unreachable', message: t(unreachableWords) });
  const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    status: answer.status,
    kind: problem.type?.split('/').at(-1) ?? 'unknown',
    message:
      problem.detail ??
      (problem.title === undefined
        ? t('The answer was {status}.', { status: answer.status })
        : sentence(problem.title)),
    requestId: problem.instance ?? answer.headers.get('x-request-id'),
    errors: problem.errors ?? [],
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
  });
}

/** Titles end without a full stop; where one stands alone it is a sentence among others. */
function sentence(title: string): string {
  return /[.!?]$/.test(title) ? title : `${title}.`;
}

async function readProblem(answer: Response): Promise<Partial<ProblemBody>> {
  try {
    const body: unknown = await answer.json();
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
