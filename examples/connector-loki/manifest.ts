import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

export const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'connector-loki',
  name: 'Log files',
  version: '1.0.0',
  description: 'Searches log files of JSON lines, such as the access log of the gateway.',
  icon: 'file-text',
  access: { allow_superuser: true },
  capabilities: [
    {
      kind: 'logs',
      id: 'lines',
      label: 'Log files',
      default_options: { file: 'gateway.log' },
      options_schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          file: {
            type: 'string',
            title: 'File',
            description: 'In the folder that the container reads.',
            pattern: String.raw`^[A-Za-z0-9][\w.-]*$`,
            maxLength: 100,
          },
        },
      },
    },
  ],
};
