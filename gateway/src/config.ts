/** The gateway's environment, read once at the door. `docs/environment.md` is generated from this file. */
import { BlockList, isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { EnvironmentError, readEnvironment } from '@berth/plugin-kit/base/env.ts';
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { z } from 'zod';
import { canonicalHost } from '#platform/our-hosts.ts';
import { settingFindings, stopsStart, wordsOf } from './config.rules.ts';

/** A browser holds six at most and a household shares an address; a program that needs more can be a trusted proxy. */
const connectionsPerNetwork = 1000;

const seconds = (least: number, most: number) => z.coerce.number().min(least).max(most);

export const gatewayEnvironment = z.object({
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
  BERTH_SETUP_TOKEN: z
    .string()
    .min(16)
    .max(256)
    .optional()
    .describe('Guards the first set-up. Default: a random one, printed at start while no account exists.'),
  BERTH_SERVICES: z
    .string()
    .default('')
    .transform((list, context) =>
      readServices(list, (message) => context.addIssue({ code: 'custom', message })),
    )
    .describe(
      'Where containers are: `id=url,id=url`. Added to `services.yaml`, and wins over it. Of https the authorities of this machine and of NODE_EXTRA_CA_CERTS count.',
    ),
  BERTH_SERVICES_FILE: z
    .string()
    .optional()
    .describe('The watched list of services. Default: `services.yaml` in the data folder.'),
  BERTH_POLL_SECONDS: seconds(0.1, 3600).default(30).describe('How often a healthy container is asked.'),
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
      'Addresses and networks (`10.0.0.0/8,::1`) whose `x-forwarded-*` headers count. Default: nobody.',
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
  BERTH_REGISTRATION: z
    .enum(['open', 'invited', 'closed'])
    .default('open')
    .describe('Who may make an account of their own: anybody, whom an admin invited, or nobody.'),
  BERTH_ACCESS_TOKEN_SECONDS: z.coerce
    .number()
    .int()
    .min(5 * 60)
    .max(24 * 60 * 60)
    .default(8 * 60 * 60)
    .describe(
      'How long an access token of a program is good, from five minutes (300) to a day (86400). A new one is had by the refresh token.',
    ),
  BERTH_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'The mail server: `smtp://user:password@host:587`, or `smtps://…`. Without it there is no mail. Needs BERTH_PUBLIC_URL and BERTH_MAIL_FROM.',
    ),
  BERTH_MAIL_FROM: z
    .string()
    .min(3)
    .max(320)
    .optional()
    .describe('The sender of letters, such as `Berth <berth@example.org>`.'),
  BERTH_KEYS_DIR: z
    .string()
    .optional()
    .describe('The folder of signing keys. Default: `keys` in the data folder.'),
  BERTH_METRICS_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9._~+/-]{16,256}=*$/, 'at least 16 letters and digits')
    .optional()
    .describe('Opens `/metrics` to a scraper that sends it as a bearer token. Default: superusers alone.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'An OpenTelemetry collector that takes OTLP over HTTP as JSON, such as `http://127.0.0.1:4318`: one span a request at the edge. Default: no traces.',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The whole address for traces, in the place of the collector’s with `/v1/traces`.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .default('')
    .transform((list, context) => readPairs(list, (message) => context.addIssue({ code: 'custom', message })))
    .describe('Headers for the collector: `name=value,name=value`, values percent-encoded.'),
  OTEL_EXPORTER_OTLP_TIMEOUT: z.coerce
    .number()
    .int()
    .min(10)
    .max(60_000)
    .default(10_000)
    .describe('How long a batch of spans is tried, in milliseconds.'),
  OTEL_SERVICE_NAME: z
    .string()
    .min(1)
    .max(200)
    .default('berth-gateway')
    .describe('The name of this gateway in traces.'),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .default('')
    .transform((list, context) => readPairs(list, (message) => context.addIssue({ code: 'custom', message })))
    .describe('What else traces say of this gateway: `deployment.environment.name=production,…`.'),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on')
    .describe(
      'Which requests are told as spans. With `parentbased_…` a caller that says whether it is sampled is believed.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('For the two samplers with a ratio: 0.1 tells of one trace in ten.'),
  OTEL_SDK_DISABLED: z.string().default('').describe('`true`: no traces, whatever else is set.'),
  BERTH_OIDC_FILE: z
    .string()
    .optional()
    .describe(
      'The list of OpenID Connect providers, YAML or JSON: see docs/guides/sign-in.md. Default: none.',
    ),
  BERTH_STOP_DELAY_SECONDS: seconds(0, 60)
    .default(0.5)
    .describe(
      'How long new requests are still answered after a stop was asked for, with `/health/ready` saying 503: as long as a balancer takes to see it.',
    ),
  BERTH_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The least level that is logged.'),
});

export type Config = {
  port: number;
  host: string;
  /** Where containers call back; `null`: nowhere. */
  internal: { port: number; host: string } | null;
  /** `null`: derived from the port once it is known. */
  publicUrl: string | null;
  /** Names by which the gateway may be asked, beside addresses and `localhost`; in their canonical spelling. */
  publicHosts: string[];
  setupToken: string | null;
  servicesFromEnv: { id: string; url: string }[];
  servicesFile: string;
  pollSeconds: number;
  databaseUrl: string;
  trustedProxies: BlockList;
  /** How many one network may hold open (0: any number), and whether this very machine counts as one. */
  connections: { perNetwork: number; countsLoopback: boolean };
  registration: 'open' | 'invited' | 'closed';
  accessTokenSeconds: number;
  /** `null`: there is no mail. */
  smtp: { url: string; from: string } | null;
  keysFolder: string;
  oidcFile: string | null;
  metricsToken: string | null;
  /** `null`: no traces. */
  tracing: {
    url: string;
    headers: Record<string, string>;
    timeoutMs: number;
    resource: Record<string, string>;
    serverAddress: string;
    sampling: { believesCaller: boolean; ratio: number };
  } | null;
  stopDelayMs: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

/** @throws EnvironmentError with every finding at once, each with what to do; in production (NODE_ENV) it is stricter */
export function readConfig(env: Record<string, string | undefined>): Config {
  const { faults, read } = malformed(env);
  const findings = settingFindings(env).filter((finding) =>
    stopsStart(finding, env['NODE_ENV'] === 'production'),
  );
  if (!read || findings.length > 0) throw new EnvironmentError([...faults, ...findings.map(wordsOf)]);
  const data = resolve(read.BERTH_DATA);
  return {
    port: read.BERTH_PORT,
    host: read.BERTH_HOST,
    internal:
      read.BERTH_INTERNAL_PORT === undefined
        ? null
        : { port: read.BERTH_INTERNAL_PORT, host: read.BERTH_INTERNAL_HOST },
    publicUrl: read.BERTH_PUBLIC_URL ? new URL(read.BERTH_PUBLIC_URL).origin : null,
    publicHosts: publicHostsIn(read),
    setupToken: read.BERTH_SETUP_TOKEN ?? null,
    servicesFromEnv: read.BERTH_SERVICES,
    servicesFile: resolve(read.BERTH_SERVICES_FILE ?? join(data, 'services.yaml')),
    pollSeconds: read.BERTH_POLL_SECONDS,
    databaseUrl: read.DATABASE_URL,
    trustedProxies: read.BERTH_TRUSTED_PROXIES,
    connections: {
      perNetwork: read.BERTH_CONNECTIONS_PER_ADDRESS ?? connectionsPerNetwork,
      countsLoopback: read.BERTH_CONNECTIONS_PER_ADDRESS !== undefined,
    },
    registration: read.BERTH_REGISTRATION,
    accessTokenSeconds: read.BERTH_ACCESS_TOKEN_SECONDS,
    smtp:
      read.BERTH_SMTP_URL === undefined || read.BERTH_MAIL_FROM === undefined
        ? null
        : { url: read.BERTH_SMTP_URL, from: read.BERTH_MAIL_FROM },
    keysFolder: resolve(read.BERTH_KEYS_DIR ?? join(data, 'keys')),
    oidcFile: read.BERTH_OIDC_FILE === undefined ? null : resolve(read.BERTH_OIDC_FILE),
    metricsToken: read.BERTH_METRICS_TOKEN ?? null,
    tracing: tracingIn(read),
    stopDelayMs: read.BERTH_STOP_DELAY_SECONDS * 1000,
    logLevel: read.BERTH_LOG_LEVEL,
  };
}

/** @returns what stands in the way of reading it at all, or what was read */
export function malformed(env: Record<string, string | undefined>): {
  faults: string[];
  read: z.output<typeof gatewayEnvironment> | null;
} {
  try {
    return { faults: [], read: readEnvironment(gatewayEnvironment, env) };
  } catch (error) {
    if (error instanceof EnvironmentError) return { faults: error.findings.map(plainly), read: null };
    throw error;
  }
}

function plainly(fault: string): string {
  return fault.replace(
    /: Invalid input: .*received undefined$/,
    ': not set, and needed; docs/environment.md says what it is',
  );
}

function publicHostsIn({
  BERTH_PUBLIC_URL: url,
  BERTH_PUBLIC_HOSTS: further,
}: z.output<typeof gatewayEnvironment>): string[] {
  const own = url === undefined ? [] : [new URL(url).host];
  const isTls = url?.startsWith('https:') ?? false;
  return [...own, ...entriesOf(further)].flatMap((host) => canonicalHost(host, isTls) ?? []);
}

function tracingIn(read: z.output<typeof gatewayEnvironment>): Config['tracing'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = read;
  const url = whole ?? (base && `${base.replace(/\/$/, '')}/v1/traces`);
  if (url === undefined || read.OTEL_SDK_DISABLED.toLowerCase() === 'true') return null;
  return {
    url,
    headers: read.OTEL_EXPORTER_OTLP_HEADERS,
    timeoutMs: read.OTEL_EXPORTER_OTLP_TIMEOUT,
    resource: { ...read.OTEL_RESOURCE_ATTRIBUTES, 'service.name': read.OTEL_SERVICE_NAME },
    serverAddress: read.BERTH_PUBLIC_URL ? new URL(read.BERTH_PUBLIC_URL).hostname : read.BERTH_HOST,
    sampling: samplingIn(read),
  };
}

function samplingIn({
  OTEL_TRACES_SAMPLER: name,
  OTEL_TRACES_SAMPLER_ARG: ratio,
}: z.output<typeof gatewayEnvironment>) {
  return {
    believesCaller: name.startsWith('parentbased_'),
    ratio: name.endsWith('always_on') ? 1 : name.endsWith('always_off') ? 0 : ratio,
  };
}

/** As OpenTelemetry writes lists in variables. */
function readPairs(list: string, complain: (message: string) => void): Record<string, string> {
  return Object.fromEntries(
    entriesOf(list).flatMap((entry) => {
      const [, name, value = ''] = /^([\w.-]+)\s*=\s*(.*)$/.exec(entry) ?? [];
      try {
        if (name !== undefined) return [[name, decodeURIComponent(value)]];
      } catch {
        // Told below. The value is not repeated: it may be a secret.
      }
      complain(`an entry is not of the form name=value${name === undefined ? '' : ` (${name})`}`);
      return [];
    }),
  );
}

function areHosts(list: string): boolean {
  return entriesOf(list).every((entry) => canonicalHost(entry, false) !== null);
}

function readServices(list: string, complain: (message: string) => void): { id: string; url: string }[] {
  return entriesOf(list).flatMap((entry) => {
    const at = entry.indexOf('=');
    const id = entry.slice(0, at);
    const url = entry.slice(at + 1);
    if (at > 0 && pluginIdPattern.test(id) && URL.canParse(url)) return [{ id, url }];
    complain(`"${entry}" is not of the form id=url`);
    return [];
  });
}

function readProxies(list: string, complain: (message: string) => void): BlockList {
  const proxies = new BlockList();
  for (const entry of entriesOf(list)) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
    if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 6 ? 128 : 32))
      complain(`"${entry}" is not an address or a network`);
    else proxies.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  }
  return proxies;
}

function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
