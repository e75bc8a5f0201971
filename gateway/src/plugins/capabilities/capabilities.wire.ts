/** From what is kept to what is on the wire. */
import { isObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { describedIn, translateBy } from '@berth/plugin-kit/contract/translations.ts';
import { mergeOptions } from '@berth/plugin-kit/contract/capabilities/options.ts';
import type {
  AdminWorkspace,
  Binding as WireBinding,
  Capability,
  WorkspaceSource,
  WorkspaceSummary,
  WorkspaceType as WireType,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { Principal } from '#identity/access/principal.ts';
import { keyOf } from './bindings.rules.ts';
import type { MergedBinding, SeenCapability, Workspace, WorkspaceType } from './capabilities.types.ts';
import type { Seen } from './seen.usecases.ts';
import { permissionsOf } from './workspaces.usecases.ts';

export function capabilityWire(one: SeenCapability, seen: Seen, isConnectionBound: boolean): Capability {
  const { spec, plugin } = one.live ?? {};
  const picture = plugin?.admitted.icon;
  const { types, workspaces } = seen.boundOf(one);
  return {
    plugin_id: one.pluginId,
    capability_id: one.capabilityId,
    plugin_name: plugin?.admitted.manifest.name ?? null,
    icon: plugin?.admitted.manifest.icon ?? 'puzzle',
    icon_url: picture ? `/api/plugins/${one.pluginId}/icon?v=${picture.digest}` : null,
    kind: one.kind,
    label: one.label,
    description: spec?.description ?? '',
    api_version: spec?.api_version ?? 1,
    state: one.state,
    detail: one.detail,
    is_enabled: one.isEnabled,
    writable: spec?.writable ?? false,
    connection:
      spec?.connection === undefined ? null : { name: spec.connection, is_bound: isConnectionBound },
    default_options: spec?.default_options ?? {},
    options: one.record?.options ?? {},
    options_schema: spec?.options_schema ?? null,
    bound: { workspace_types: types, workspaces },
    applies_to_all: seen.appliesToAll(one),
  };
}

/** Its texts in the reader's language, as far as its manifest has them; no value changes. */
export function capabilityIn(told: Capability, one: SeenCapability, language: string): Capability {
  const say = translateBy(one.live?.plugin.admitted.manifest.translations, language);
  const { plugin_name: name, label, description, options_schema: schema } = told;
  return {
    ...told,
    plugin_name: name === null ? null : say(name),
    label: say(label),
    description: say(description),
    options_schema: isObject(schema) ? describedIn(schema, say) : schema,
  };
}

export function typeWire({ updatedAt, ...type }: WorkspaceType & { workspaces: number }): WireType {
  return { ...type, updated_at: updatedAt.toISOString() };
}

export function adminWorkspaceWire(workspace: Workspace): AdminWorkspace {
  const { id, slug, name, description, typeId, access, updatedAt } = workspace;
  return {
    id,
    slug,
    name,
    description,
    type_id: typeId,
    access: access.map(({ groupId, groupName, permissions }) => ({
      group_id: groupId,
      group_name: groupName,
      permissions,
    })),
    updated_at: updatedAt.toISOString(),
  };
}

export function bindingWire(binding: MergedBinding, seen: Seen, language: string): WireBinding {
  const { pluginId, capabilityId, kind, source, isDefault, options, environments, layers } = binding;
  const one = seen.find(binding);
  const isIt = one?.kind === kind;
  const say = translateBy(one?.live?.plugin.admitted.manifest.translations, language);
  return {
    plugin_id: pluginId,
    capability_id: capabilityId,
    kind,
    label: say(one?.label ?? pluginId),
    source,
    is_default: isDefault,
    state: isIt ? one.state : 'unavailable',
    detail: isIt ? one.detail : 'The extension offers it no more.',
    options,
    environments,
    merged_options: mergeOptions(
      one?.live?.spec.default_options ?? {},
      one?.record?.options ?? {},
      ...layers.map((layer) => layer.options),
    ),
  };
}

export function summaryWire(who: Principal, workspace: Workspace): WorkspaceSummary {
  const { id, slug, name, description, type } = workspace;
  return { id, slug, name, description, type, permissions: permissionsOf(who, workspace) };
}

export function sourceWire(binding: MergedBinding, seen: Seen, language: string): WorkspaceSource {
  const { label, state } = bindingWire(binding, seen, language);
  return {
    source_id: keyOf(binding),
    plugin_id: binding.pluginId,
    label,
    is_default: binding.isDefault,
    state,
    writable: seen.find(binding)?.live?.spec.writable ?? false,
    environments: environmentsOf(binding),
  };
}

function environmentsOf({ layers }: MergedBinding): string[] {
  return [...new Set(layers.flatMap(({ environments }) => Object.keys(environments)))].toSorted();
}
