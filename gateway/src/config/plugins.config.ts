/** Where containers are, and how often they are asked. */
import { join, resolve } from 'node:path';
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { z } from 'zod';
import { entriesOf } from './lists.ts';

export const pluginsEnvironment = z.object({
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
  BERTH_POLL_SECONDS: z.coerce
    .number()
    .min(0.1)
    .max(3600)
    .default(30)
    .describe('How often a healthy container is asked.'),
  BERTH_HISTORY_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(0)
    .describe('How long lines of the history of settings are kept, in days. 0: for ever.'),
  BERTH_CATALOGUE_URLS: z
    .string()
    .default('')
    .transform((list, context) =>
      readCatalogues(list, (message) => context.addIssue({ code: 'custom', message })),
    )
    .describe(
      'Signed catalogues of extensions beside the shipped one: `https://host/catalogue.json#KEY`, with commas between; KEY is the public key that signs it.',
    ),
  BERTH_RUNTIME: z
    .string()
    .regex(
      /^(compose:.|kubernetes:[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$)/,
      'must be compose:FILE or kubernetes:NAMESPACE',
    )
    .optional()
    .describe(
      'Where *Add an extension* puts containers: `compose:FILE`, a compose file that the gateway may write, or `kubernetes:NAMESPACE`, through the API of the cluster that the gateway runs in. Without it the page shows what to write.',
    ),
  BERTH_RUNTIME_COMMAND: z
    .string()
    .default('')
    .describe(
      'Starts what was added: `docker compose`, for example. It needs the right to start containers, which is as much as root on that machine. Empty: nothing is started.',
    ),
  BERTH_HOLD_NEW_CAPABILITIES: z
    .enum(['true', 'false'])
    .default('false')
    .describe(
      '`true`: a capability that is found for the first time stays off until a superuser enables it.',
    ),
  BERTH_CAPABILITY_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(120_000)
    .default(10_000)
    .describe('How long a capability may take to answer; then 503 with `Retry-After`.'),
  BERTH_LOG_SEARCH_MAX_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3660)
    .default(31)
    .describe('The longest range of one search in logs.'),
});

export function pluginsConfig(read: z.output<typeof pluginsEnvironment>, data: string) {
  return {
    servicesFromEnv: read.BERTH_SERVICES,
    servicesFile: resolve(read.BERTH_SERVICES_FILE ?? join(data, 'services.yaml')),
    pollSeconds: read.BERTH_POLL_SECONDS,
    historyDays: read.BERTH_HISTORY_DAYS,
    catalogueAddresses: read.BERTH_CATALOGUE_URLS,
    runtime: runtimeOf(read),
    holdsNewCapabilities: read.BERTH_HOLD_NEW_CAPABILITIES === 'true',
    capabilityTimeoutMs: read.BERTH_CAPABILITY_TIMEOUT_MS,
    logSearchMaxDays: read.BERTH_LOG_SEARCH_MAX_DAYS,
  };
}

/** As Kubernetes gives it to every Pod. */
const clusterOfOurs = {
  origin: 'https://kubernetes.default.svc',
  accountFolder: '/var/run/secrets/kubernetes.io/serviceaccount',
};

function runtimeOf(read: z.output<typeof pluginsEnvironment>) {
  if (read.BERTH_RUNTIME === undefined) return null;
  const [, namespace] = read.BERTH_RUNTIME.split(/^kubernetes:/);
  if (namespace !== undefined) return { namespace, ...clusterOfOurs };
  const words = read.BERTH_RUNTIME_COMMAND.split(' ').filter((word) => word !== '');
  return {
    file: resolve(read.BERTH_RUNTIME.slice('compose:'.length)),
    command: words.length > 0 ? words : null,
  };
}

function readCatalogues(list: string, complain: (message: string) => void): { url: string; key: string }[] {
  return entriesOf(list).flatMap((entry) => {
    const [address = '', key = ''] = entry.split('#');
    const isAddress = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
    if (isAddress && /^[A-Za-z0-9_-]{43}$/.test(key)) return [{ url: address, key }];
    complain(`"${entry}" is not of the form https://host/catalogue.json#KEY, with a key of 43 characters`);
    return [];
  });
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
