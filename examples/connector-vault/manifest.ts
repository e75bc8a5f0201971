import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

export const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'connector-vault',
  name: 'Vault file',
  version: '1.0.0',
  description: 'Keys and values in one encrypted file, and those of the environment.',
  icon: 'lock',
  access: { allow_superuser: true },
  capabilities: [
    {
      kind: 'configuration',
      id: 'keys',
      label: 'Vault file',
      description: 'Each workspace and environment has a folder of its own in the file.',
      writable: true,
      default_options: { folder: '${workspace_slug}/${environment}' },
      options_schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          folder: {
            type: 'string',
            title: 'Folder',
            description: 'Where in the file the keys are.',
            maxLength: 200,
          },
        },
      },
    },
  ],
};
