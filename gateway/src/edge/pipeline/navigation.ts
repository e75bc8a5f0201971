/** A browser that opens a plugin's address without a session is led to the sign-in page, and from there back. */
import type { Answer, Asked } from '#edge/http/answer.types.ts';
import { hasUnreadBody } from './refuse.ts';
import type { RequestHead } from '#edge/http/request-head.ts';

/** Of the fetch metadata (W3C Fetch Metadata Request Headers), which scripts and programs do not send by themselves. */
const modeHeader = 'sec-fetch-mode';
const destinationHeader = 'sec-fetch-dest';

/** Whether a person looks at the answer: a page of its own, not a frame, for the sign-in page refuses to be framed. */
export function isNavigation(req: Asked, { passed, hasAuthorization }: RequestHead): boolean {
  if ((req.method !== 'GET' && req.method !== 'HEAD') || hasAuthorization || hasUnreadBody(req)) return false;
  const destination = valueOf(passed, destinationHeader);
  return valueOf(passed, modeHeader) === 'navigate' && (destination === null || destination === 'document');
}

/** The same for every address, so that it tells nothing of what is there. @returns the status */
export function leadToSignIn(req: Asked, res: Answer, requestId: string): number {
  const location = `/sign-in?return=${encodeURIComponent(req.url ?? '/')}`;
  res.writeHead(303, [
    'location',
    location,
    'cache-control',
    'no-store',
    'content-length',
    '0',
    'x-request-id',
    requestId,
  ]);
  res.end();
  return 303;
}

function valueOf(lines: readonly string[], wanted: string): string | null {
  for (let index = 0; index + 1 < lines.length; index += 2)
    if (lines[index]?.toLowerCase() === wanted) return lines[index + 1] ?? null;
  return null;
}
