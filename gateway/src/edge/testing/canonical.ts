/**
 * For tests: whether a request, byte for byte as the container got it, can be read in one way alone, and says
 * nothing about who is asking but what the gateway wrote.
 */

import { isIP } from 'node:net';

/** A head as it came, without the empty line that ends it. */
export type HeadOnTheWire = { line: string; lines: readonly string[] };

export type Expected = {
  /** The container's own `host:port`. */
  host: string;
  /** The identity, where it is always the same person. */
  userId?: string;
  /** Of the client, where it is always the same one. */
  address?: string;
};

const writtenOnce = [
  'host',
  'x-request-id',
  'traceparent',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-prefix',
];
const atMostOnce = [
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'x-user-id',
  'x-berth-assertion',
];
const never = new Set([
  'authorization',
  'te',
  'trailer',
  'keep-alive',
  'forwarded',
  'x-real-ip',
  'x-csrf-token',
  'http2-settings',
  'x-http-method-override',
  'x-rewrite-url',
]);
const identityNames = new Set([
  'x-user-id',
  'x-user-email',
  'x-user-name',
  'x-user-groups',
  'x-user-superuser',
  'x-berth-assertion',
  'x-berth-callback',
]);
const claimNames =
  /^(?:x-user-|x-berth-|x-forwarded-|x-original-|proxy-|(?:x-)?remote-|x-gateway-|x-webauth-|x-auth-(?:request|user)|tailscale-|cf-access-)/;

/** @returns what is wrong with it, in words; `null` when nothing is */
export function flawOf({ line, lines }: HeadOnTheWire, expected: Expected): string | null {
  return lineFlaw(line) ?? headerFlaw(lines, expected, line.startsWith('GET') || line.startsWith('HEAD'));
}

function lineFlaw(line: string): string | null {
  const parts = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\/[!-~]*) HTTP\/1\.1$/.exec(line);
  if (!parts) return 'the request line';
  const target = parts[2] ?? '';
  if (target.includes('#')) return 'a fragment';
  let path = target.split('?')[0] ?? '';
  // Routes that take empty segments are called so in all tests.
  if (path.replace(/^\/empty\/.*/, '').includes('//')) return 'an empty segment';
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'a broken escape';
  for (let round = 0; round < 4; round++) {
    if (path.includes('\\') || /[\u0000-\u001f\u007f]/.test(path)) return 'a backslash or control byte';
    if (/(?:^|\/)\.\.?(?:[/;]|$)/.test(path)) return 'a dot segment';
    try {
      path = decodeURIComponent(path);
    } catch {
      return round === 0 ? 'an escape that is not UTF-8' : null;
    }
  }
  return null;
}

function headerFlaw(lines: readonly string[], expected: Expected, isRead: boolean): string | null {
  const counts = new Map<string, number>();
  const values = new Map<string, string>();
  for (const line of lines) {
    const parts = /^([A-Za-z0-9-]+): ([^\u0000-\u0008\u000a-\u001f\u007f]*)$/.exec(line);
    if (!parts) return `a header line: ${JSON.stringify(line)}`;
    const name = (parts[1] ?? '').toLowerCase();
    if (never.has(name)) return `a header that ends at the gateway: ${name}`;
    if (claimNames.test(name) && !identityNames.has(name) && !writtenOnce.includes(name))
      return `a claim that nobody may make: ${name}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    values.set(name, parts[2] ?? '');
  }
  for (const name of writtenOnce) if (counts.get(name) !== 1) return `${name} ${counts.get(name) ?? 0} times`;
  for (const name of atMostOnce) if ((counts.get(name) ?? 0) > 1) return `${name} more than once`;
  for (const name of identityNames) if ((counts.get(name) ?? 0) > 1) return `${name} more than once`;
  if (values.get('host') !== expected.host) return 'another host';
  if (expected.userId !== undefined && values.get('x-user-id') !== expected.userId) return 'somebody else';
  const address = values.get('x-forwarded-for') ?? '';
  if (expected.address === undefined ? isIP(address) === 0 : address !== expected.address)
    return 'another address';
  if (/(?:^|;)\s*(?:__(?:host|secure|http|host-http)-)?berth_/i.test(values.get('cookie') ?? ''))
    return 'a cookie of the gateway’s';
  if (values.has('upgrade') && counts.get('sec-websocket-key') !== 1)
    return 'an upgrade that is asked for with no key, or with two';
  return framingFlaw(values, isRead);
}

function framingFlaw(values: ReadonlyMap<string, string>, isRead: boolean): string | null {
  const length = values.get('content-length');
  const coding = values.get('transfer-encoding');
  if (length !== undefined && !/^(?:0|[1-9][0-9]*)$/.test(length))
    return 'a length that is not a plain number';
  if (coding !== undefined && (coding !== 'chunked' || length !== undefined || isRead))
    return 'a framing that could be read in two ways';
  const connection = values.get('connection');
  if (connection !== undefined && !/^(?:keep-alive|close|upgrade)$/.test(connection))
    return 'a connection list that is not the gateway’s';
  return (connection === 'upgrade') === (values.get('upgrade') === 'websocket') ? null : 'half an upgrade';
}
