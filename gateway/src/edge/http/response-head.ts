/**
 * A container's answer is input too: what would speak for the whole origin is dropped, and our own words come
 * last.
 */
import type { UpstreamHead, PassedHead } from './upstream-head.ts';
import { bySpelling, dropNamed, HeaderLines } from './header-lines.ts';
import type { Address } from './address.types.ts';
import { outsideLinks, outsideReference, outsideRefresh, type OwnAddress } from './own-address.rules.ts';
import { confineCookie } from './set-cookie.rules.ts';

export type ResponseHead = {
  /** Name, value, name, value …: for `ServerResponse.writeHead`. */
  lines: string[];
  /** Bytes, where the container said so. */
  contentLength: number | null;
};

/**
 * Hop by hop, framing, and what rules over the origin that the plugin shares with the shell and other
 * plugins.
 */
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
type Kind =
  | 'pass'
  | 'drop'
  | 'connection'
  | 'set-cookie'
  | 'content-length'
  | 'trailer'
  | 'location'
  | 'content-location'
  | 'link'
  | 'refresh';
type Known = { name: string; kind: Kind };

const ownKinds: readonly Exclude<Kind, 'pass' | 'drop'>[] = [
  'connection',
  'set-cookie',
  'content-length',
  'trailer',
  'location',
  'content-location',
  'link',
  'refresh',
];
/**
 * Names that mean something to the gateway are kinds of their own; `connection` is dropped like the others.
 */
const kinds: ReadonlyMap<string, Kind> = new Map(ownKinds.map((name) => [name, name]));

const nameOf = bySpelling((spelling): Known => {
  const name = spelling.toLowerCase();
  return { name, kind: kinds.get(name) ?? (isDropped(name) ? 'drop' : 'pass') };
});

/** What the container's `connection` cannot take from an answer: without these it means something else. */
const endToEnd = new Set(['content-length', 'content-type', 'set-cookie']);

/** Through which address an answer goes, and whose it is. */
export type AnswerPlace = { address: Address; containerRoot: string; upstream: { origin: string } };

/**
 * Worked out once as long as a container's answers begin alike.
 * @param mayHoldTrailers whether the answer goes out in chunks where it has no length
 */
export function passedHead(head: UpstreamHead, place: AnswerPlace, mayHoldTrailers: boolean): PassedHead {
  const known = head.passed;
  const { prefix } = place.address;
  if (known && known.prefix === prefix && known.mayHoldTrailers === mayHoldTrailers) return known;
  const hasLength = head.status !== 204;
  const { lines, contentLength } = readResponseHead(head.lines, place, {
    own: [],
    hasLength,
    mayHoldTrailers,
  });
  const hasDate = lines.some((item, index) => index % 2 === 0 && item === 'date');
  return (head.passed = { prefix, mayHoldTrailers, lines: new HeaderLines(lines), contentLength, hasDate });
}

export type Rewriting = {
  /** Ours: written last, whatever the container said. */
  own: readonly string[];
  /** Whether its length may be told. */
  hasLength: boolean;
  /** Whether the answer goes out in chunks. */
  mayHoldTrailers: boolean;
};

/** @param headers the container's: name, value, name, value …, in any spelling */
export function readResponseHead(
  headers: readonly string[],
  place: AnswerPlace,
  { own, hasLength, mayHoldTrailers }: Rewriting,
): ResponseHead {
  const lines: string[] = [];
  const ownAddress = ownAddressOf(place);
  let contentLength: number | null = null;
  let hasLocation = false;
  let trailer: string | null = null;
  let connection: string | null = null;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const { name, kind } = nameOf(headers[index] ?? '');
    const value = headers[index + 1] ?? '';
    if (kind === 'pass') lines.push(name, value);
    else if (kind === 'content-length') {
      if (hasLength && contentLength === null) lines.push(name, value);
      contentLength = Number(value);
    } else if (kind === 'location') {
      if (!hasLocation) lines.push(name, outsideReference(value, ownAddress));
      hasLocation = true;
    } else if (kind === 'content-location') lines.push(name, outsideReference(value, ownAddress));
    else if (kind === 'link') lines.push(name, outsideLinks(value, ownAddress));
    else if (kind === 'refresh') lines.push(name, outsideRefresh(value, ownAddress));
    else if (kind === 'trailer') trailer = joined(trailer, value);
    else if (kind === 'connection') connection = joined(connection, value);
    else if (kind === 'set-cookie' && place.address.kind !== 'ui') {
      const confined = confineCookie(value, ownAddress);
      if (confined !== null) lines.push(name, confined);
    }
  }
  if (trailer !== null && mayHoldTrailers && contentLength === null) lines.push('trailer', trailer);
  if (connection !== null && connection !== 'keep-alive' && connection !== 'close')
    dropNamed(lines, connection, endToEnd);
  for (const item of own) lines.push(item);
  return { lines, contentLength };
}

/** The `link` lines of an interim answer, as those of the answer itself. */
export function passedLinks(values: readonly string[], place: AnswerPlace): string[] {
  const own = ownAddressOf(place);
  return values.map((value) => outsideLinks(value, own));
}

function ownAddressOf({ address, containerRoot, upstream }: AnswerPlace): OwnAddress {
  const { prefix, pluginId } = address;
  return { origin: upstream.origin, prefix, root: containerRoot, whole: `/api/plugins/${pluginId}/app` };
}

/** Whether a trailer may go on: nothing that belongs into a head. */
export function isPassedTrailer(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    !isDropped(lower) &&
    ![
      'set-cookie',
      'content-length',
      'content-type',
      'content-encoding',
      'location',
      'trailer',
      'host',
    ].includes(lower)
  );
}

function joined(before: string | null, value: string): string {
  return before === null ? value : `${before}, ${value}`;
}

function isDropped(name: string): boolean {
  return dropped.has(name) || droppedFamilies.some((family) => name.startsWith(family));
}
