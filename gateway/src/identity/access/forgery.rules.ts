/** Cross-site request forgery: who sent this unsafe request, our own page or somebody else's? */

export type ForgeryCheck = {
  method: string;
  /** Name, value, name, value … */
  rawHeaders: readonly string[];
  /** The browser adds the credential by itself, so the request needs proof that our page sent it. */
  ridesOnCookie: boolean;
  /** What `x-csrf-token` must be; `null` where no token can exist yet (sign-in, registration, set-up). */
  isExpectedToken: ((token: string) => boolean) | null;
  /** `https://berth.example`, or `null` when it is not configured. */
  publicOrigin: string | null;
};

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @returns public words for the refusal, or `null` when the request is fine */
export function forgeryIn({
  method,
  rawHeaders,
  ridesOnCookie,
  isExpectedToken,
  publicOrigin,
}: ForgeryCheck): string | null {
  if (safeMethods.has(method)) return null;
  const headers = readHeaders(rawHeaders);
  if (headers === 'repeated') return 'A header that proves the origin came twice.';
  const { site, origin, host, token } = headers;
  if (site !== undefined) {
    if (site !== 'same-origin') return 'The request came from another site.';
  } else if (origin !== undefined) {
    if (!isOwnOrigin(origin, host, publicOrigin)) return 'The request came from another origin.';
  } else if (ridesOnCookie)
    return 'The request carries a session cookie and neither Sec-Fetch-Site nor Origin.';
  if (!ridesOnCookie || isExpectedToken === null) return null;
  if (token === undefined) return 'The header x-csrf-token is missing.';
  return isExpectedToken(token) ? null : 'The header x-csrf-token does not belong to this session.';
}

/**
 * The configured origin; where none is, or the host is an address that no name server can lead elsewhere, the host that
 * was asked. A browser lets no page set either header. The scheme is left out of the second comparison, for TLS may end
 * at a proxy.
 */
function isOwnOrigin(origin: string, host: string | undefined, publicOrigin: string | null): boolean {
  if (publicOrigin !== null && origin === publicOrigin) return true;
  if (host === undefined || (publicOrigin !== null && !isFixedHost(host))) return false;
  return origin === `http://${host.toLowerCase()}` || origin === `https://${host.toLowerCase()}`;
}

/** Whether no name server has a say in it: an IP address, or this very machine. */
function isFixedHost(host: string): boolean {
  return /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])(?::\d+)?$/i.test(host);
}

type OriginHeaders = { site?: string; origin?: string; host?: string; token?: string };

const fields: ReadonlyMap<string, keyof OriginHeaders> = new Map([
  ['sec-fetch-site', 'site'],
  ['origin', 'origin'],
  ['host', 'host'],
  ['x-csrf-token', 'token'],
]);

function readHeaders(rawHeaders: readonly string[]): OriginHeaders | 'repeated' {
  const read: OriginHeaders = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const field = fields.get((rawHeaders[index] ?? '').toLowerCase());
    if (!field) continue;
    if (read[field] !== undefined) return 'repeated';
    read[field] = rawHeaders[index + 1] ?? '';
  }
  return read;
}
