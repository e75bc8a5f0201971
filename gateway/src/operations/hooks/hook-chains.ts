/** How the answers of several hooks of one kind become one. */
import type {
  PrincipalContext,
  ResourceAction,
  ResourceKind,
  ResourceRef,
  SupplierView,
} from '@berth/plugin-kit/hooks/hooks.ts';
import type { HookCalls } from './hook-calls.ts';
import type { Bound, Hooks } from './hooks.types.ts';
import { principalForm } from './principal.rules.ts';

export type ForeignIdentity = { provider: string; principal: PrincipalContext };

export type HookChains = {
  /**
   * The first claim counts. @returns `null` where no provider knows the token @throws Problem of a provider,
   * terminal
   */
  identify: (token: string) => Promise<ForeignIdentity | null>;
  /** At once where the checkers are. @throws Problem of the first checker that does not let it pass */
  require: (principal: PrincipalContext, ref: ResourceRef, action: ResourceAction) => void | Promise<void>;
  /** @returns what all checkers with an opinion agree on; `null`: none has an opinion */
  accessibleIds: (
    principal: PrincipalContext,
    kind: ResourceKind,
    action: ResourceAction,
  ) => Promise<ReadonlySet<string> | null>;
  /** @throws Problem of the first guard that blocks it */
  guard: (principal: PrincipalContext) => void | Promise<void>;
  supplierOf: (supplier: SupplierView) => string | null;
  /** @throws Problem of a registrar; those before it have heard the opposite */
  register: (principal: PrincipalContext, ref: ResourceRef) => Promise<void>;
  deregister: (principal: PrincipalContext, ref: ResourceRef) => Promise<void>;
};

export function hookChains(hooks: Hooks, calls: HookCalls): HookChains {
  const registered = (isMade: boolean) => async (principal: PrincipalContext, ref: ResourceRef) => {
    const done: Hooks['resource_registrars'][number][] = [];
    const tell = async (bound: Hooks['resource_registrars'][number], made: boolean) =>
      calls.ask(bound, (hook, logger) =>
        made ? hook.register(principal, ref, logger) : hook.deregister(principal, ref, logger),
      );
    for (const bound of hooks.resource_registrars) {
      try {
        await tell(bound, isMade);
        done.push(bound);
      } catch (refusal) {
        // What cannot be taken back is in the log by now; the others are asked all the same.
        for (const earlier of done.toReversed()) await tell(earlier, !isMade).catch(() => {});
        throw refusal;
      }
    }
  };

  return {
    identify: async (token) => {
      for (const bound of hooks.identity_providers) {
        const claimed = await calls.ask(bound, (hook, logger) => hook.resolve(token, logger));
        if (claimed === null || claimed === undefined) continue;
        const read = principalForm.safeParse(claimed);
        if (!read.success) throw calls.failed(bound, read.error);
        return { provider: `${bound.module}/${bound.hook.name}`, principal: read.data };
      }
      return null;
    },
    require: (principal, ref, action) =>
      inTurn(hooks.permission_checkers, (bound) =>
        calls.ask(bound, (hook, logger) => hook.require(principal, ref, action, logger)),
      ),
    accessibleIds: async (principal, kind, action) => {
      let agreed: ReadonlySet<string> | null = null;
      for (const bound of hooks.permission_checkers) {
        const answer = await calls.ask(bound, (hook, logger) =>
          hook.accessible_ids(principal, kind, action, logger),
        );
        const ids = idsIn(answer, bound, calls);
        if (ids !== null) agreed = agreed === null ? ids : both(agreed, ids);
      }
      return agreed;
    },
    guard: (principal) =>
      inTurn(hooks.submission_guards, (bound) =>
        calls.ask(bound, (hook, logger) => hook.check(principal, logger)),
      ),
    supplierOf: (supplier) => firstSupplier(hooks.supplier_resolvers, supplier, calls),
    register: registered(true),
    deregister: registered(false),
  };
}

/** One after the other; at once as long as each is done at once. */
function inTurn<Item>(
  items: readonly Item[],
  work: (item: Item) => void | Promise<void>,
  from = 0,
): void | Promise<void> {
  for (let index = from; index < items.length; index++) {
    const item = items[index];
    const doing = item === undefined ? undefined : work(item);
    if (doing instanceof Promise) return doing.then(() => inTurn(items, work, index + 1));
  }
}

function both(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...one].filter((id) => other.has(id)));
}

/** A resolver that fails names no supplier, and the next one is asked: the request itself goes on. */
function firstSupplier(
  resolvers: Hooks['supplier_resolvers'],
  supplier: SupplierView,
  calls: HookCalls,
): string | null {
  for (const bound of resolvers) {
    try {
      const id: unknown = bound.hook.resolve(supplier, bound.logger);
      if (typeof id === 'string') return id;
      if (id !== null && id !== undefined) calls.failed(bound, new TypeError('resolve() answered no text'));
    } catch (error) {
      calls.failed(bound, error);
    }
  }
  return null;
}

/** @throws Problem for what is neither `null` nor a collection of texts: a guess could show too much */
function idsIn(
  answer: Iterable<string> | null,
  bound: Bound<{ name: string }>,
  calls: HookCalls,
): ReadonlySet<string> | null {
  if (answer === null || answer === undefined) return null;
  if (typeof answer === 'string' || typeof answer[Symbol.iterator] !== 'function')
    throw calls.failed(bound, new TypeError('accessible_ids() answered no collection'));
  const ids = new Set(answer);
  if ([...ids].every((id) => typeof id === 'string')) return ids;
  throw calls.failed(bound, new TypeError('accessible_ids() answered what is no id'));
}
