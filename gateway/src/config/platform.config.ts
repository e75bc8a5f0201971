/** Where the gateway listens, whom it believes about where requests come from, its database and its log. */
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { canonicalHost } from '#platform/our-hosts.ts';
import { entriesOf } from './lists.ts';

/** A browser holds six at most and a household shares an address; a program that needs more can be a trusted proxy. */
const connectionsPerNetwork = 1000;

export const platformEnvironment = z.object({
  BERTH_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8000)
    .describe('The port that the gateway listens on; 0 takes a free one.'),
  BERTH_HOST: z.string().default('127.0.0.1').describe('The address that the gateway listens on.'),
  BERTH_DATA: z.string().default('data').describe('The folder of everything that Berth keeps.'),
  BERTH_INTERNAL_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      'The port on which containers call back (`POST /internal/announce`); 0 takes a free one. Not for browsers: keep it off the public network. Default: none.',
    ),
  BERTH_INTERNAL_HOST: z.string().default('127.0.0.1').describe('The address of the internal port.'),
  BERTH_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'How browsers reach the gateway: scheme, host and port. Decides on secure cookies and the origin check. Default: http://localhost and the port.',
    ),
  BERTH_PUBLIC_HOSTS: z
    .string()
    .default('')
    .refine(
      areHosts,
      'hosts alone, such as berth.lan:8000, with commas between them: no scheme, no path, no wildcard',
    )
    .describe(
      'Further names by which the gateway may be asked: `berth.lan:8000,gateway:8000`, with the port where it is not the default one. The host of BERTH_PUBLIC_URL, `localhost` and IP addresses need not be listed; any other host is answered 421.',
    ),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'a postgresql:// URL')
    .describe(
      'The PostgreSQL database of the gateway, version 15 or later. `npm start` gives an embedded one when it is not set.',
    ),
  BERTH_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((list, context) =>
      readProxies(list, (message) => context.addIssue({ code: 'custom', message })),
    )
    .describe(
      'Addresses and networks (`10.0.0.0/8,::1`) whose `x-forwarded-*` headers count. Default: none.',
    ),
  BERTH_CONNECTIONS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe(
      'How many connections one address (of IPv6: one /64) may hold open; further ones are closed at once. 0: any number. Trusted proxies never count, and connections from this very machine only where this is set. Default: 1000.',
    ),
  BERTH_STOP_DELAY_SECONDS: z.coerce
    .number()
    .min(0)
    .max(60)
    .default(0.5)
    .describe(
      'How long new requests are still answered after a stop was asked for, with `/health/ready` saying 503: as long as a balancer takes to see it.',
    ),
  BERTH_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The least level that is logged.'),
});

export type PlatformRead = z.output<typeof platformEnvironment>;

export function platformConfig(read: PlatformRead) {
  return {
    port: read.BERTH_PORT,
    host: read.BERTH_HOST,
    /** Where containers call back; `null`: nowhere. */
    internal:
      read.BERTH_INTERNAL_PORT === undefined
        ? null
        : { port: read.BERTH_INTERNAL_PORT, host: read.BERTH_INTERNAL_HOST },
    /** `null`: derived from the port once it is known. */
    publicUrl: read.BERTH_PUBLIC_URL ? new URL(read.BERTH_PUBLIC_URL).origin : null,
    /** Names by which the gateway may be asked, beside addresses and `localhost`; in their canonical spelling. */
    publicHosts: publicHostsIn(read),
    databaseUrl: read.DATABASE_URL,
    trustedProxies: read.BERTH_TRUSTED_PROXIES,
    /** How many one network may hold open (0: any number), and whether this very machine counts as one. */
    connections: {
      perNetwork: read.BERTH_CONNECTIONS_PER_ADDRESS ?? connectionsPerNetwork,
      countsLoopback: read.BERTH_CONNECTIONS_PER_ADDRESS !== undefined,
    },
    stopDelayMs: read.BERTH_STOP_DELAY_SECONDS * 1000,
    logLevel: read.BERTH_LOG_LEVEL,
  };
}

/** The folder of everything that Berth keeps. */
export function dataFolder({ BERTH_DATA: folder }: Pick<PlatformRead, 'BERTH_DATA'>): string {
  return resolve(folder);
}

function publicHostsIn({ BERTH_PUBLIC_URL: url, BERTH_PUBLIC_HOSTS: further }: PlatformRead): string[] {
  const own = url === undefined ? [] : [new URL(url).host];
  const isTls = url?.startsWith('https:') ?? false;
  return [...own, ...entriesOf(further)].flatMap((host) => canonicalHost(host, isTls) ?? []);
}

function areHosts(list: string): boolean {
  return entriesOf(list).every((entry) => canonicalHost(entry, false) !== null);
}

function readProxies(list: string, complain: (message: string) => void): BlockList {
  const proxies = new BlockList();
  for (const entry of entriesOf(list)) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address);
    const mostBits = family === 6 ? 128 : 32;
    const bits = prefix === undefined ? mostBits : Number(prefix);
    if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > mostBits)
      complain(`"${entry}" is not an address or a network`);
    else proxies.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  }
  return proxies;
}
