import { t } from '../words/words.ts';

/** Why a request did not work, in the few ways that the page treats differently. */
export type FailureKind = 'offline' | 'gone' | 'not-allowed' | 'stale' | 'refused' | 'broken';

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly status: number;
  readonly requestId: string | null;

  constructor(kind: FailureKind, message: string, status: number, requestId: string | null) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.requestId = requestId;
  }
}

/** A refusal of the server as a failure; `body` is its problem+json, when it sent one. */
export function failureOf(status: number, body: unknown, requestIdHeader: string | null): Failure {
  const problem = typeof body === 'object' && body !== null ? body : {};
  const detail = 'detail' in problem && typeof problem.detail === 'string' ? problem.detail : null;
  const title = 'title' in problem && typeof problem.title === 'string' ? problem.title : null;
  const requestId =
    requestIdHeader ??
    ('request_id' in problem && typeof problem.request_id === 'string' ? problem.request_id : null);
  return new Failure(
    kindOf(status),
    detail ?? title ?? t('The server answered {status}.', { status }),
    status,
    requestId,
  );
}

/** Nothing came back at all. */
export function noAnswer(): Failure {
  return new Failure('offline', t('There was no answer.'), 0, null);
}

/** What went wrong with one uploaded file, in words that say what to do. */
export function uploadWords(failure: Failure): string {
  if (failure.status === 413)
    return `${t('This file is larger than the limit.')} ${sentence(failure.message)}`.trim();
  if (failure.status === 415) return t('This is not a PDF. Only PDF files can be kept here.');
  if (failure.status === 507) return t('The disk of the archive is full. Free some space, then try again.');
  if (failure.status === 403) return t('You may not add documents here.');
  if (failure.kind === 'offline') return t('The connection broke before the file had arrived. Try again.');
  return sentence(failure.message);
}

/** Whether the same file may be taken when it is sent once more: not where the file itself is what is wrong. */
export function mayHelpAgain({ status }: Failure): boolean {
  return ![400, 403, 413, 415, 422].includes(status);
}

function kindOf(status: number): FailureKind {
  if (status === 502 || status === 503 || status === 504) return 'offline';
  if (status === 404 || status === 410) return 'gone';
  if (status === 401 || status === 403) return 'not-allowed';
  // What was to be changed is no longer as it was seen.
  if (status === 412) return 'stale';
  return status >= 500 ? 'broken' : 'refused';
}

function sentence(words: string): string {
  return /[.!?…]$/.test(words) || words === '' ? words : `${words}.`;
}
