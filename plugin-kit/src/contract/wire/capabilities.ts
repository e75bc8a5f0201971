/**
 * Capabilities, workspace types and workspaces, as they are on the wire: made by the gateway, read by its
 * pages. Admin routes are below `/api/admin`, those of people below `/api/orgs/{org}/workspaces`.
 */
import type { CapabilityKind } from '../capabilities/capability.ts';
import type { OptionsObject } from '../capabilities/options.ts';

/**
 * `disabled`: a superuser switched it off, or it is newly found and held. `unavailable`: bound, and its
 * extension is gone, away or switched off. `incompatible`: of a kind or version that this gateway does not
 * speak.
 */
export type CapabilityState = 'available' | 'disabled' | 'unavailable' | 'incompatible';

export type CapabilityRef = { plugin_id: string; capability_id: string };

/** `GET /api/admin/capabilities` → `{items: Capability[]}`; `PATCH …/{plugin}/{capability}` answers one. */
export type Capability = CapabilityRef & {
  /** `null` where the extension is gone. */
  plugin_name: string | null;
  /** A name of the shell's icon set, and the address of a picture where the extension has one. */
  icon: string;
  icon_url: string | null;
  kind: string;
  label: string;
  description: string;
  api_version: number;
  state: CapabilityState;
  /** Why it is in this state, in words. */
  detail: string | null;
  is_enabled: boolean;
  writable: boolean;
  /** The connection that it needs; `null`: it needs none. */
  connection: { name: string; is_bound: boolean } | null;
  default_options: OptionsObject;
  /** A superuser's, on top of the defaults. */
  options: OptionsObject;
  options_schema: Record<string, unknown> | null;
  bound: { workspace_types: number; workspaces: number };
  /** No type binds it: it is there in every workspace. */
  applies_to_all: boolean;
};
export type CapabilityList = { items: Capability[] };
/** `PATCH /api/admin/capabilities/{plugin}/{capability}` */
export type CapabilityPatch = { enabled?: boolean; options?: OptionsObject };

export const workspacePermissions = [
  'configuration:read',
  'configuration:reveal',
  'configuration:write',
  'logs:read',
  'documents:read',
  'identity:read',
] as const;
export type WorkspacePermission = (typeof workspacePermissions)[number];

/**
 * `/api/admin/workspace-types`: GET → `{items}`, POST; `/{id}`: GET, PATCH, DELETE (409 while workspaces have
 * it).
 */
export type WorkspaceType = {
  id: string;
  slug: string;
  name: string;
  description: string;
  workspaces: number;
  updated_at: string;
};
export type WorkspaceTypeList = { items: WorkspaceType[] };
export type WorkspaceTypeForm = { slug: string; name: string; description?: string };

export type WorkspaceAccess = { group_id: string; permissions: WorkspacePermission[] };

/** `/api/admin/workspaces`: GET → `{items}`, POST; `/{id}`: GET, PATCH, DELETE. */
export type AdminWorkspace = {
  id: string;
  slug: string;
  name: string;
  description: string;
  type_id: string | null;
  access: (WorkspaceAccess & { group_name: string })[];
  updated_at: string;
};
export type AdminWorkspaceList = { items: AdminWorkspace[] };
export type WorkspaceForm = {
  slug: string;
  name: string;
  description?: string;
  type_id?: string | null;
  access?: WorkspaceAccess[];
};

/**
 * One entry of `PUT /api/admin/workspace-types/{id}/bindings` and `PUT /api/admin/workspaces/{id}/bindings`.
 */
export type BindingForm = CapabilityRef & {
  is_default?: boolean;
  options?: OptionsObject;
  /** On top of `options`, for one environment: `{"production": {…}}`. */
  environments?: Record<string, OptionsObject>;
};
/**
 * `PUT …/bindings` takes `{bindings}` and replaces them all. Of each kind in it exactly one is the default.
 */
export type BindingsForm = { bindings: BindingForm[] };

/** `all`: bound nowhere, so that it applies to every workspace. */
export type BindingSource = 'workspace' | 'workspace_type' | 'all';

/** `GET …/bindings` → `{items}`: of a workspace its own, its type's and those that apply to all, merged. */
export type Binding = CapabilityRef & {
  kind: string;
  label: string;
  source: BindingSource;
  is_default: boolean;
  state: CapabilityState;
  detail: string | null;
  /** Of this binding alone. */
  options: OptionsObject;
  environments: Record<string, OptionsObject>;
  /** All layers together, without an environment. */
  merged_options: OptionsObject;
};
export type BindingList = { items: Binding[] };

/**
 * `GET /api/orgs/{org}/workspaces` → `{items: WorkspaceSummary[]}`, those that the caller has a permission
 * in.
 */
export type WorkspaceSummary = {
  id: string;
  slug: string;
  name: string;
  description: string;
  type: { slug: string; name: string } | null;
  permissions: WorkspacePermission[];
};
export type WorkspaceList = { org: { slug: string; name: string }; items: WorkspaceSummary[] };

/** Sent as `?source=`: `source_id`, or the plugin's id where that is clear. */
export type WorkspaceSource = {
  /** `{plugin}/{capability}` */
  source_id: string;
  plugin_id: string;
  label: string;
  is_default: boolean;
  state: CapabilityState;
  writable: boolean;
  /** For which `?environment=` a binding has options of its own. */
  environments: string[];
};

/** `GET /api/orgs/{org}/workspaces/{id}`; by slug or id. */
export type WorkspaceDetail = WorkspaceSummary & { sources: Record<CapabilityKind, WorkspaceSource[]> };

/** Every answer of a capability says which one gave it. */
export type Sourced = { source: { source_id: string; label: string } };

/** `GET …/configuration` */
export type ConfigurationKey = {
  key: string;
  is_secret: boolean;
  data_type: string | null;
  updated_at: string | null;
};
export type ConfigurationKeys = Sourced & { keys: ConfigurationKey[]; writable: boolean };
/** `POST …/configuration/values:fetch` takes `{keys: string[] | null}`. */
export type ConfigurationValues = Sourced & { values: Record<string, string> };
/** `PUT …/configuration/keys/{key}` */
export type ConfigurationWrite = { value: string; is_secret?: boolean };

/**
 * `GET …/logs?query&from&to&filter=field:op:value&cursor&limit`; `…/logs/tail` sends one as the data of each
 * event.
 */
export type LogItem = {
  at: string;
  message: string;
  level: string | null;
  fields: Record<string, string | number | boolean | null>;
};
export type LogItems = Sourced & { items: LogItem[]; next_cursor: string | null; from: string; to: string };
/** `GET …/logs/schema` */
export type LogField = {
  name: string;
  type: 'string' | 'number' | 'boolean';
  description: string;
  values: string[];
};
export type LogSchema = Sourced & { fields: LogField[] };

/** `GET …/documents?query&cursor&limit` */
export type FoundText = {
  id: string;
  title: string;
  snippet: string;
  url: string | null;
  updated_at: string | null;
};
export type FoundTexts = Sourced & { items: FoundText[]; next_cursor: string | null };
/** `GET …/documents/read?id=` */
export type ReadText = Sourced & {
  id: string;
  title: string;
  content_type: 'text/plain' | 'text/markdown';
  text: string;
  url: string | null;
};

/** `GET …/identity/people?query&cursor&limit` and `…/identity/groups` */
export type FoundPerson = { id: string; name: string; email: string | null; url: string | null };
export type FoundPeople = Sourced & { items: FoundPerson[]; next_cursor: string | null };
export type FoundGroup = { id: string; name: string; description: string };
export type FoundGroups = Sourced & { items: FoundGroup[]; next_cursor: string | null };
