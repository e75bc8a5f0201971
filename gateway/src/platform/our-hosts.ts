/**
 * By which hosts the gateway may be asked (hazard P12). A page of a name that its owner's name server leads here is, to a
 * browser, a page of the gateway: so names must be listed. Addresses and `localhost` need not be, for no name server has
 * a say in them.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

/**
 * @param spelling as in a `host` header
 * @returns the one spelling of it that everything after this door works with
 * @throws Problem 400 where it is none, 421 where it is not ours
 */
export type OurHost = (spelling: string) => string;

type Parsed = { host: string; isNamed: boolean };

/** 253 of a name, a dot, a colon, and a port. */
const maxLength = 260;
const shape = /^(?:(\[[0-9a-f:.]+\])|([a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*)\.?)(?::([1-9]\d{0,4}))?$/i;
/** Clients spell a host in one or two ways; whoever tries many out costs no memory. */
const maxKnown = 256;

/** Made once: an error with its stack costs more than the rest of a refusal. */
const noHost = new Problem('bad-request', {
  detail: 'The request names no host, or what it names is not one.',
});
const foreign = new Problem('misdirected-request', {
  detail: 'Berth does not answer to this name. Its operator can add it to BERTH_PUBLIC_HOSTS.',
});

/**
 * @param names as `canonicalHost` spells them; a name without a port stands for the default one
 * @param isTls whether browsers come by https: which port is the default one
 */
export function ourHosts(names: readonly string[], isTls: boolean): OurHost {
  const listed = new Set(names);
  const known = new Map<string, string>();
  return (spelling) => {
    const host = known.get(spelling);
    if (host !== undefined) return host;
    const parsed = parseHost(spelling, isTls);
    if (!parsed) throw noHost;
    if (parsed.isNamed && !listed.has(parsed.host)) throw foreign;
    if (known.size >= maxKnown) known.clear();
    known.set(spelling, parsed.host);
    return parsed.host;
  };
}

/** Lower case, without a last dot, without the default port; `null` for what is no host. */
export function canonicalHost(spelling: string, isTls: boolean): string | null {
  return parseHost(spelling, isTls)?.host ?? null;
}

/** Whether no name server has a say in it: an address, or this very machine. */
export function isFixedHost(host: string): boolean {
  return parseHost(host, false)?.isNamed === false;
}

function parseHost(spelling: string, isTls: boolean): Parsed | null {
  const [, address, anyName, port] = (spelling.length <= maxLength && shape.exec(spelling)) || [];
  if (Number(port ?? 1) > 65_535) return null;
  const suffix = port === undefined || port === (isTls ? '443' : '80') ? '' : `:${port}`;
  if (address !== undefined) {
    // Of one IPv6 address there are many spellings; a browser sends that of URLs.
    return isIPv6(address.slice(1, -1))
      ? { host: new URL(`http://${address}`).hostname + suffix, isNamed: false }
      : null;
  }
  if (anyName === undefined) return null;
  const name = anyName.toLowerCase();
  if (isIPv4(name)) return { host: name + suffix, isNamed: false };
  // `127.1` and `2130706433` are addresses to some readers and names to others.
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name)) return null;
  return { host: name + suffix, isNamed: name !== 'localhost' && !name.endsWith('.localhost') };
}
