/** Capabilities and what people may do with them, in words. */
import type {
  BindingSource,
  CapabilityState,
  WorkspacePermission,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { msg, termOf, type Message } from '#words/words.ts';

const kinds: Readonly<Record<string, Message>> = {
  configuration: msg('Configuration'),
  logs: msg('Logs'),
  documents: msg('Documents'),
  identity: msg('People and groups'),
};

export function kindWords(kind: string): string {
  return termOf(kinds, kind);
}

export const permissionWords: Record<WorkspacePermission, Message> = {
  'configuration:read': msg('See the keys of the configuration'),
  'configuration:reveal': msg('Reveal values of the configuration'),
  'configuration:write': msg('Set and delete configuration'),
  'logs:read': msg('Read logs'),
  'documents:read': msg('Search documents'),
  'identity:read': msg('Look up people and groups'),
};

export const capabilityStates: Record<CapabilityState, { label: Message; color: string }> = {
  available: { label: msg('Available'), color: 'teal' },
  disabled: { label: msg('Held'), color: 'gray' },
  unavailable: { label: msg('Unavailable'), color: 'red' },
  incompatible: { label: msg('Incompatible'), color: 'yellow' },
};

export const sourceWords: Record<BindingSource, Message> = {
  workspace: msg('Of this workspace'),
  workspace_type: msg('From its type'),
  all: msg('In every workspace'),
};
