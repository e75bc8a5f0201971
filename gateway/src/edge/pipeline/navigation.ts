/**
 * A browser that opens a plugin's address without a session is led to the sign-in page, and from there back.
 */
import type { ClientRequest } from '#edge/http/client-request.ts';
import type { ClientResponse } from '#edge/http/client-response.ts';
import type { RequestHead } from '#edge/http/request-head.ts';

/**
 * Of the fetch metadata (W3C Fetch Metadata Request Headers), which scripts and programs do not send by
 * themselves.
 */
const modeHeader = 'sec-fetch-mode';
const destinationHeader = 'sec-fetch-dest';

/**
 * Whether a person looks at the answer: a page of its own, not a frame, for the sign-in page refuses to be
 * framed.
 */
export function isNavigation(request: ClientRequest, { passed, hasAuthorization }: RequestHead): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || hasAuthorization || request.hasUnreadBody()) return false;
  const destination = valueOf(passed, destinationHeader);
  return valueOf(passed, modeHeader) === 'navigate' && (destination === null || destination === 'document');
}

/** The same for every address, so that it tells nothing of what is there. @returns the status */
export function redirectToSignIn(
  request: ClientRequest,
  response: ClientResponse,
  requestId: string,
): number {
  const location = `/sign-in?return=${encodeURIComponent(request.url)}`;
  const lines = ['location', location, 'cache-control', 'no-store', 'content-length', '0'];
  response.writeHead(303, [...lines, 'x-request-id', requestId]);
  response.end();
  return 303;
}

function valueOf(lines: readonly string[], wanted: string): string | null {
  for (let index = 0; index + 1 < lines.length; index += 2)
    if (lines[index]?.toLowerCase() === wanted) return lines[index + 1] ?? null;
  return null;
}
