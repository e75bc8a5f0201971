/** What superusers do with capabilities and with what binds them. */
import {
  mergeOptions,
  optionFaults,
  type OptionsObject,
} from '@berth/plugin-kit/contract/capabilities/options.ts';
import { Problem, type FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { BindingChecks, NewBinding } from './binding-checks.ts';
import { defaultFault, keyOf } from './bindings.rules.ts';
import type {
  Binding,
  BindingOwner,
  CapabilitiesStore,
  CapabilityKey,
  SeenCapability,
} from './capabilities.types.ts';
import type { Seen, SeenUseCases } from './seen.usecases.ts';

export type AdminNeeds = {
  store: CapabilitiesStore;
  seen: SeenUseCases;
  checks: BindingChecks;
  /** What was kept for requests, and open streams, are looked at anew. */
  changed: () => void;
  /** It counts as new when it is seen again. */
  removed: (key: CapabilityKey) => void;
  now: () => number;
};

export type AdminUseCases = ReturnType<typeof adminUseCases>;

export function adminUseCases({ store, seen, checks, changed, removed, now }: AdminNeeds) {
  const { schemaFaults, bindingFaults } = checks;
  const found = (all: Seen, key: CapabilityKey): SeenCapability => {
    const one = all.find(key);
    if (!one) throw new Problem('not-found', { detail: say`There is no capability ${keyOf(key)}.` });
    return one;
  };

  const refuseFaulty = (errors: readonly FieldError[]): void => {
    if (errors.length > 0) throw new Problem('invalid', { errors: errors.slice(0, 50) });
  };

  return {
    /** @throws Problem 404, 422 */
    change: async (
      key: CapabilityKey,
      { enabled, options }: { enabled?: boolean | undefined; options?: OptionsObject | undefined },
    ): Promise<void> => {
      const capability = found(await seen.look(), key);
      if (options) {
        const whole = mergeOptions(capability.live?.spec.default_options ?? {}, options);
        refuseFaulty([
          ...optionFaults(options, '/options'),
          ...(await schemaFaults(capability, whole, '/options')),
        ]);
      }
      const { pluginId, capabilityId, kind, label, record, isEnabled } = capability;
      const next = {
        pluginId,
        capabilityId,
        kind,
        label,
        isEnabled: enabled ?? isEnabled,
        options: options ?? record?.options ?? {},
      };
      await store.save(next, new Date(now()));
      changed();
    },

    /** @throws Problem 404, 409 while it is bound and `isForced` is not said */
    remove: async (key: CapabilityKey, isForced: boolean): Promise<void> => {
      const all = await seen.look();
      found(all, key);
      const { types, workspaces } = all.boundOf(key);
      if (types + workspaces > 0 && !isForced)
        throw new Problem('conflict', {
          detail: say`${types} workspace types and ${workspaces} workspaces bind it; \`?force=true\` unbinds it there.`,
          extensions: { bound: { workspace_types: types, workspaces } },
        });
      await store.remove(key);
      removed(key);
      changed();
    },

    /**
     * Replaces them all, or changes nothing; of a type nothing that a workspace of it would break by.
     * @param typeId of the workspace whose bindings they are
     * @throws Problem 400, 404, 422
     */
    replaceBindings: async (
      owner: BindingOwner,
      typeId: string | null,
      bindings: readonly NewBinding[],
    ): Promise<void> => {
      const all = await seen.look();
      const unknown = bindings.filter((one) => all.find(one) === null);
      if (unknown.length > 0)
        throw new Problem('not-found', {
          detail: say`There is no capability ${unknown.map(keyOf).join(', ')}.`,
        });
      const keys = bindings.map(keyOf);
      const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
      if (twice >= 0)
        throw new Problem('bad-request', { detail: say`${keys[twice] ?? ''} stands twice in the bindings.` });
      const whole = bindings.map((one): Binding => ({ ...one, kind: found(all, one).kind }));
      const fault = defaultFault(whole);
      if (fault !== null) throw new Problem('bad-request', { detail: fault });
      const ofType = await checks.bindingsOfType(typeId);
      const aboveOf = (one: CapabilityKey) =>
        owner.kind === 'workspace_type' ? null : ofType.filter((layer) => keyOf(layer) === keyOf(one));
      const faults = await Promise.all(
        bindings.map((one, index) => bindingFaults(one, found(all, one), `/bindings/${index}`, aboveOf(one))),
      );
      refuseFaulty(faults.flat());
      if (owner.kind === 'workspace_type') refuseFaulty(await checks.faultsBelow(all, owner.id, whole));
      if (!(await store.replace(owner, whole))) throw new Problem('not-found');
      changed();
    },
  };
}
