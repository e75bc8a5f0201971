/**
 * Hooks: what a module inside the gateway may decide and hear. The fields are spelled with underscores, as
 * everything that others write for Berth. `docs/guides/hooks.md` explains each hook, `examples/hooks` has one
 * of each.
 *
 * @example
 * ```ts
 * export const api_version = 1;
 * export function install({ refusal }: HookContext): HookBindings {
 *   const guard: SubmissionGuard = {
 *     name: 'office hours',
 *     check: () => {
 *       if (new Date().getHours() < 8) throw refusal(403, 'Come back at eight.');
 *     },
 *   };
 *   return { submission_guards: [guard] };
 * }
 * ```
 */
import type { Logger } from '../base/logger.ts';

/**
 * The version of all types in this file. A module that names another one in `api_version` stops the start.
 */
export const hooksApiVersion = 1;

export type HookLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** A hook may answer at once or later. */
export type Awaitable<Value> = Value | PromiseLike<Value>;

/** Who acts: a person or a program, with an account of Berth's or of another house, or the gateway itself. */
export type PrincipalContext = Readonly<{
  /** For an account of Berth its UUID. Otherwise as the identity provider says, unique within `org_id`. */
  principal_id: string;
  org_id: string;
  /** What people know them by, such as an e-mail address. */
  external_id: string;
  /** A label for logs. Nothing is decided by it. */
  principal_type: string;
  scopes: readonly string[];
  /** Names of groups of Berth. A name that no group has is left out. */
  groups?: readonly string[] | undefined;
  /** ISO 8601; from then on the token is not good any more. */
  expires_at?: string | undefined;
}>;

/**
 * What something is done to. `id: null` means the kind as a whole, as in a list and before something is made.
 */
export type ResourceRef = Readonly<{
  kind: ResourceKind;
  id: string | null;
  metadata: Readonly<Record<string, string>>;
}>;

/** `extension`: everything behind the address of one extension. `system`: the rest of the administration. */
export type ResourceKind = 'extension' | 'workspace' | 'api-key' | 'group' | 'connection' | 'system';
export type ResourceAction = 'read' | 'write' | 'admin';

/** One request that went to an extension. */
export type UsageRow = Readonly<{
  /** ISO 8601; when the request was over. */
  occurred_at: string;
  request_id: string;
  org_id: string;
  principal_id: string;
  /** `null`: no supplier resolver named one. */
  supplier_id: string | null;
  plugin_id: string;
  /** The pattern of the manifest's route, never the path. */
  route: string | null;
  method: string;
  status: number;
  received_bytes: number;
  sent_bytes: number;
  duration_ms: number;
}>;

/** The container that a request is about to be sent to. */
export type SupplierView = Readonly<{ plugin_id: string; name: string; version: string; origin: string }>;

export type IdentityProvider = {
  name: string;
  /**
   * Gets bearer tokens that are none of Berth's own. The first provider that knows a token decides.
   * @returns `null` for a token of others
   * @throws a refusal, which ends the request: no further provider is asked
   */
  resolve: (token: string, logger: HookLogger) => Awaitable<PrincipalContext | null>;
};

export type SubmissionGuard = {
  name: string;
  /** Asked before the body of a write to an extension is read. @throws a refusal */
  check: (principal: PrincipalContext, logger: HookLogger) => Awaitable<void>;
};

export type UsageSink = {
  name: string;
  /** Gets rows in batches, after the answers. What it throws is logged and changes nothing. */
  emit: (rows: readonly UsageRow[], logger: HookLogger) => Awaitable<void>;
};

export type PermissionChecker = {
  name: string;
  /**
   * For lists. @returns the ids that may be seen; `null`: no opinion. Of several answers the intersection
   * counts.
   */
  accessible_ids: (
    principal: PrincipalContext,
    kind: ResourceKind,
    action: ResourceAction,
    logger: HookLogger,
  ) => Awaitable<Iterable<string> | null>;
  /** Asked after Berth's own rule let the request pass. Every checker must let it pass. @throws a refusal */
  require: (
    principal: PrincipalContext,
    ref: ResourceRef,
    action: ResourceAction,
    logger: HookLogger,
  ) => Awaitable<void>;
};

export type ResourceRegistrar = {
  name: string;
  /** Something was made. @throws to have it taken back: earlier registrars hear `deregister` */
  register: (principal: PrincipalContext, ref: ResourceRef, logger: HookLogger) => Awaitable<void>;
  /** Something is about to be deleted. @throws to keep it: earlier registrars hear `register` again */
  deregister: (principal: PrincipalContext, ref: ResourceRef, logger: HookLogger) => Awaitable<void>;
};

export type SupplierResolver = {
  name: string;
  /**
   * At once, for it is asked for every request. @returns `null`: not this one's; the first other answer
   * counts
   */
  resolve: (supplier: SupplierView, logger: HookLogger) => string | null;
};

/** What a module adds. A list that is left out is empty. */
export type HookBindings = {
  identity_providers?: readonly IdentityProvider[];
  submission_guards?: readonly SubmissionGuard[];
  usage_sinks?: readonly UsageSink[];
  permission_checkers?: readonly PermissionChecker[];
  resource_registrars?: readonly ResourceRegistrar[];
  supplier_resolvers?: readonly SupplierResolver[];
};

/** Bindings with an end: disposed of at the stop, the module that was installed last first. */
export type DisposableBindings = AsyncDisposable & { bindings: HookBindings };

export type HookContext = {
  /** `hooksApiVersion` of this gateway. */
  api_version: number;
  /** The name of the module, as in `BERTH_PLUGINS`. */
  name: string;
  logger: HookLogger;
  /** A folder of the module's own, for what it keeps. */
  data_folder: string;
  /** An error that ends a request with this status and these words. @param status from 400 to 599 */
  refusal: (status: number, detail: string) => Error;
};

/** What a module exports. */
export type HookModule = {
  api_version: number;
  install: (context: HookContext) => Awaitable<HookBindings | DisposableBindings>;
};
