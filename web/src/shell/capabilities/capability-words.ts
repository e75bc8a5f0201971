/** Capabilities and what people may do with them, in words. */
import type {
  BindingSource,
  CapabilityState,
  WorkspacePermission,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';

const kinds: Readonly<Record<string, string>> = {
  configuration: 'Configuration',
  logs: 'Logs',
  documents: 'Documents',
  identity: 'People and groups',
};

export function kindWords(kind: string): string {
  return kinds[kind] ?? kind;
}

export const permissionWords: Record<WorkspacePermission, string> = {
  'configuration:read': 'See the keys of the configuration',
  'configuration:reveal': 'Reveal values of the configuration',
  'configuration:write': 'Set and delete configuration',
  'logs:read': 'Read logs',
  'documents:read': 'Search documents',
  'identity:read': 'Look up people and groups',
};

export const capabilityStates: Record<CapabilityState, { label: string; color: string }> = {
  available: { label: 'Available', color: 'teal' },
  disabled: { label: 'Held', color: 'gray' },
  unavailable: { label: 'Unavailable', color: 'red' },
  incompatible: { label: 'Incompatible', color: 'yellow' },
};

export const sourceWords: Record<BindingSource, string> = {
  workspace: 'Of this workspace',
  workspace_type: 'From its type',
  all: 'In every workspace',
};
