/** A container's answer is input too: what would speak for the whole origin is dropped, and our own words come last. */
import type { Address } from './match.ts';
import { confineCookie } from './set-cookie.rules.ts';

export type ResponseHead = {
  /** Name, value, name, value …: for `ServerResponse.writeHead`. */
  lines: string[];
  /** Bytes, where the container said so. */
  contentLength: number | null;
};

/** Hop by hop, framing, and what rules over the origin that the plugin shares with the shell and other plugins. */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'upgrade',
  'strict-transport-security',
  'public-key-pins',
  'expect-ct',
  'clear-site-data',
  'service-worker-allowed',
  'content-security-policy',
  'content-security-policy-report-only',
  'x-frame-options',
  'x-content-type-options',
  'referrer-policy',
  'cross-origin-opener-policy',
  'cross-origin-opener-policy-report-only',
  'cross-origin-embedder-policy',
  'cross-origin-embedder-policy-report-only',
  'cross-origin-resource-policy',
  'origin-agent-cluster',
  'document-policy',
  'alt-svc',
  'nel',
  'report-to',
  'reporting-endpoints',
  'speculation-rules',
  'www-authenticate',
  'x-request-id',
  'set-cookie2',
]);
const droppedFamilies = ['x-accel-', 'access-control-', 'x-berth-', 'x-user-'];
/** With these a container's answer may carry on for ever; no other name is looked at twice. */
const knownNames = new Map<string, boolean>();
const maxKnownNames = 2048;

type Headers = Record<string, string | string[] | undefined>;

/**
 * @param headers as undici gives them: names in lower case, repeated ones as lists
 * @param own ours: written last, whatever the container said
 * @param mayHoldTrailers whether the answer goes out in chunks
 */
export function readResponseHead(
  headers: Headers,
  address: Address,
  containerRoot: string,
  origin: string,
  own: readonly string[],
  mayHoldTrailers: boolean,
): ResponseHead {
  const lines: string[] = [];
  let contentLength: number | null = null;
  const named = namedBy(headers['connection']);
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || (knownNames.get(name) ?? learnName(name)) || named?.has(name)) continue;
    if (name === 'set-cookie') {
      if (address.kind === 'ui') continue;
      for (const line of listOf(value)) {
        const confined = confineCookie(line, address.prefix, containerRoot);
        if (confined !== null) lines.push(name, confined);
      }
    } else if (name === 'content-length') {
      contentLength = typeof value === 'string' ? Number(value) : null;
      if (contentLength !== null) lines.push(name, String(value));
    } else if (name === 'trailer') {
      if (mayHoldTrailers && headers['content-length'] === undefined) lines.push(name, listOf(value).join(', '));
    } else if (name === 'location') {
      lines.push(name, ownLocation(listOf(value)[0] ?? '', origin, address.prefix, containerRoot));
    } else if (typeof value === 'string') lines.push(name, value);
    else for (const item of value) lines.push(name, item);
  }
  for (const item of own) lines.push(item);
  return { lines, contentLength };
}

/** Whether a trailer may go on: nothing that belongs into a head. */
export function isPassedTrailer(name: string): boolean {
  return !isDropped(name) && !['set-cookie', 'content-length', 'content-type', 'content-encoding', 'location', 'trailer', 'host'].includes(name);
}

function learnName(name: string): boolean {
  const answer = isDropped(name);
  if (knownNames.size >= maxKnownNames) knownNames.clear();
  if (name.length <= 64) knownNames.set(name, answer);
  return answer;
}

function isDropped(name: string): boolean {
  return dropped.has(name) || droppedFamilies.some((family) => name.startsWith(family));
}

/** What the container's `connection` names ends here too; it cannot name what the answer means. */
function namedBy(connection: string | string[] | undefined): Set<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null;
  return new Set(
    listOf(connection)
      .join(',')
      .toLowerCase()
      .split(',')
      .map((token) => token.trim())
      .filter((token) => token !== 'content-length' && token !== 'content-type' && token !== 'set-cookie'),
  );
}

function listOf(value: string | string[]): string[] {
  return typeof value === 'string' ? [value] : value;
}

/** A container that redirects to its own origin means its own address here; nobody outside learns where it lives. */
function ownLocation(location: string, origin: string, prefix: string, containerRoot: string): string {
  if (location !== origin && !location.startsWith(`${origin}/`)) return location;
  const path = location.slice(origin.length);
  return path.startsWith(`${containerRoot}/`) || path === containerRoot ? `${prefix}${path.slice(containerRoot.length)}` : `${prefix}/`;
}
