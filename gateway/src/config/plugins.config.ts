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
});

export function pluginsConfig(read: z.output<typeof pluginsEnvironment>, data: string) {
  return {
    servicesFromEnv: read.BERTH_SERVICES,
    servicesFile: resolve(read.BERTH_SERVICES_FILE ?? join(data, 'services.yaml')),
    pollSeconds: read.BERTH_POLL_SECONDS,
  };
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
