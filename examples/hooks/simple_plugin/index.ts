/**
 * One of each hook, in memory, with a log line for each call. Two demo tokens stand in `tokens.json`, and
 * everything is forgotten at the stop: this is for reading and trying, never for people's data.
 */
import type {
  HookBindings,
  HookContext,
  IdentityProvider,
  PermissionChecker,
  PrincipalContext,
  ResourceRef,
  ResourceRegistrar,
  SubmissionGuard,
  SupplierResolver,
  UsageRow,
  UsageSink,
} from '@berth/plugin-kit/hooks/hooks.ts';
import tokens from './tokens.json' with { type: 'json' };

export const api_version = 1;

const keptRows = 10_000;

const people: Readonly<Record<string, PrincipalContext>> = tokens;

export function install({ logger, refusal }: HookContext): AsyncDisposable & { bindings: HookBindings } {
  /** Principals by `kind id` of what they made. */
  const owners = new Map<string, string>();
  /** The last ones. */
  const ledger: UsageRow[] = [];
  let total = 0;
  const blocked = new Set((process.env['SIMPLE_PLUGIN_BLOCKED'] ?? '').split(','));
  const isAdmin = ({ scopes }: PrincipalContext) => scopes.includes('admin');
  /** The gateway's own work, such as finding extensions, makes things for everybody. */
  const isSystems = (owner: string | undefined) => owner === 'system';
  const keyOf = ({ kind, id }: ResourceRef) => `${kind} ${id}`;

  const identityProvider: IdentityProvider = {
    name: 'demo tokens',
    resolve: (token, log) => {
      const principal = Object.hasOwn(people, token) ? (people[token] ?? null) : null;
      log.info({ principal: principal?.principal_id ?? null }, 'resolve');
      return principal;
    },
  };

  const submissionGuard: SubmissionGuard = {
    name: 'blocked people',
    check: ({ principal_id: id }, log) => {
      log.info({ principal: id }, 'check');
      if (blocked.has(id)) throw refusal(403, `${id} may not send anything.`);
    },
  };

  const usageSink: UsageSink = {
    name: 'ledger',
    emit: (rows, log) => {
      total += rows.length;
      ledger.push(...rows);
      ledger.splice(0, ledger.length - keptRows);
      log.info({ rows: rows.length, total }, 'emit');
    },
  };

  const permissionChecker: PermissionChecker = {
    name: 'owners',
    accessible_ids: (principal, kind, action, log) => {
      log.info({ principal: principal.principal_id, kind, action }, 'accessible_ids');
      if (isAdmin(principal)) return null;
      const own = [...owners].filter(([, owner]) => owner === principal.principal_id || isSystems(owner));
      return own.flatMap(([key]) => (key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : []));
    },
    require: (principal, ref, action, log) => {
      log.info({ principal: principal.principal_id, resource: keyOf(ref), action }, 'require');
      if (isAdmin(principal)) return;
      if (principal.scopes.length === 0) throw refusal(403, 'This needs a scope.');
      if (ref.id === null) return;
      const owner = owners.get(keyOf(ref));
      if (owner !== principal.principal_id && !isSystems(owner))
        throw refusal(403, 'This belongs to others.');
    },
  };

  const supplierResolver: SupplierResolver = {
    name: 'host of the container',
    resolve: ({ origin }, log) => {
      const host = origin.replace(/^https?:\/\//, '');
      log.info({ supplier: host }, 'resolve supplier');
      return host;
    },
  };

  const resourceRegistrar: ResourceRegistrar = {
    name: 'owners',
    register: ({ principal_id: id }, ref, log) => {
      if (ref.id === null) {
        log.warn({ kind: ref.kind }, 'a kind as a whole has no owner');
        return;
      }
      owners.set(keyOf(ref), id);
      log.info({ principal: id, resource: keyOf(ref) }, 'register');
    },
    deregister: ({ principal_id: id }, ref, log) => {
      owners.delete(keyOf(ref));
      log.info({ principal: id, resource: keyOf(ref) }, 'deregister');
    },
  };

  return {
    bindings: {
      identity_providers: [identityProvider],
      submission_guards: [submissionGuard],
      usage_sinks: [usageSink],
      permission_checkers: [permissionChecker],
      resource_registrars: [resourceRegistrar],
      supplier_resolvers: [supplierResolver],
    },
    [Symbol.asyncDispose]: async () => {
      logger.info({ total }, 'the ledger is forgotten');
    },
  };
}
