import type { OptionsObject } from '@berth/plugin-kit/contract/capabilities/options.ts';
import type {
  BindingSource,
  CapabilityState,
  WorkspacePermission,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { CapabilitySpec } from '@berth/plugin-kit/contract/manifest.ts';
import type { Plugin } from '../registry/snapshot.ts';

export type CapabilityKey = { pluginId: string; capabilityId: string };

/** What superusers say of a capability; a row stands from when it is first seen. */
export type CapabilityRecord = CapabilityKey & {
  kind: string;
  label: string;
  isEnabled: boolean;
  options: OptionsObject;
};

export type Org = { id: string; slug: string; name: string };

export type WorkspaceType = {
  id: string;
  slug: string;
  name: string;
  description: string;
  updatedAt: Date;
};

export type Access = { groupId: string; groupName: string; permissions: WorkspacePermission[] };

export type Workspace = {
  id: string;
  slug: string;
  name: string;
  description: string;
  typeId: string | null;
  type: Pick<WorkspaceType, 'slug' | 'name'> | null;
  access: Access[];
  updatedAt: Date;
};

/** A binding belongs to one of them. */
export type BindingOwner = { kind: 'workspace_type' | 'workspace'; id: string };

export type Binding = CapabilityKey & {
  kind: string;
  isDefault: boolean;
  options: OptionsObject;
  environments: Record<string, OptionsObject>;
};

/** One layer of options. */
export type Layer = Pick<Binding, 'options' | 'environments'>;

/** What a workspace has of one capability, from all sides. */
export type MergedBinding = Binding & {
  source: BindingSource;
  /** Lowest first. */
  layers: readonly Layer[];
};

/** A capability as the snapshot and its record say together. */
export type SeenCapability = CapabilityKey & {
  kind: string;
  label: string;
  record: CapabilityRecord | null;
  isEnabled: boolean;
  state: CapabilityState;
  detail: string | null;
  /** `null` where the extension is gone. */
  live: { plugin: Plugin & { admitted: NonNullable<Plugin['admitted']> }; spec: CapabilitySpec } | null;
};

export type CapabilitiesStore = {
  records: () => Promise<CapabilityRecord[]>;
  /** Keeps what is there. @returns those that were new */
  found: (records: readonly CapabilityRecord[], at: Date) => Promise<CapabilityRecord[]>;
  save: (record: CapabilityRecord, at: Date) => Promise<void>;
  /** With every binding of it. */
  remove: (key: CapabilityKey) => Promise<void>;
  bindingsOf: (owner: BindingOwner) => Promise<Binding[]>;
  /** Of all workspaces of the type. */
  bindingsBelow: (typeId: string) => Promise<(Binding & { workspaceName: string })[]>;
  /** How often each capability is bound, and whether a type of the org binds it. */
  bound: () => Promise<(CapabilityKey & { kind: string; types: number; workspaces: number })[]>;
  /** All of them, or none. @returns `false` where the owner is gone */
  replace: (owner: BindingOwner, bindings: readonly Binding[]) => Promise<boolean>;
};

export type NewWorkspaceType = Pick<WorkspaceType, 'slug' | 'name' | 'description'>;
export type NewWorkspace = Pick<Workspace, 'slug' | 'name' | 'description' | 'typeId'> & {
  access: readonly Omit<Access, 'groupName'>[];
};

export type WorkspacesStore = {
  org: (slug: string) => Promise<Org | null>;
  types: (orgId: string) => Promise<(WorkspaceType & { workspaces: number })[]>;
  type: (id: string) => Promise<(WorkspaceType & { workspaces: number }) | null>;
  /** @throws a unique violation where the slug is taken */
  createType: (orgId: string, form: NewWorkspaceType, at: Date) => Promise<string>;
  /** @throws a unique violation where the slug is taken */
  updateType: (id: string, form: NewWorkspaceType, at: Date) => Promise<boolean>;
  /** @throws a foreign-key violation while workspaces have it */
  removeType: (id: string) => Promise<boolean>;
  workspaces: (orgId: string) => Promise<Workspace[]>;
  /** @param of its id or its slug */
  workspace: (of: { id: string } | { orgId: string; slug: string }) => Promise<Workspace | null>;
  /**
   * @throws a unique violation where the slug is taken, a foreign-key violation for an unknown type or group
   */
  create: (orgId: string, form: NewWorkspace, at: Date) => Promise<string>;
  /** As `create`. */
  update: (id: string, form: NewWorkspace, at: Date) => Promise<boolean>;
  remove: (id: string) => Promise<boolean>;
};
