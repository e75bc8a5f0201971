import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

const connection = 'github';
const default_options = { repository: '${org_slug}/${workspace_slug}' };
const options_schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    repository: {
      type: 'string',
      title: 'Repository',
      description: 'As owner/name.',
      pattern: String.raw`^[\w.$\{\}-]+/[\w.$\{\}-]+$`,
      maxLength: 140,
    },
  },
};
const common = { connection, default_options, options_schema };

/** One account, one connection: variables of Actions, files, people. */
export const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'connector-github',
  name: 'GitHub',
  version: '1.0.0',
  description: 'Variables, files and people of repositories, through one connection.',
  icon: 'brand-github',
  access: { allow_superuser: true },
  connections: [
    { name: connection, kind: 'http', reason: 'The REST API of GitHub, with a token', optional: false },
  ],
  capabilities: [
    { kind: 'configuration', id: 'variables', label: 'GitHub variables', writable: true, ...common },
    { kind: 'documents', id: 'files', label: 'GitHub files', ...common },
    { kind: 'identity', id: 'people', label: 'GitHub people', ...common },
  ],
};
