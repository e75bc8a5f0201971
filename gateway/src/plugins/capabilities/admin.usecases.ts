/** What superusers do with capabilities and with what binds them. */
import {
  mergeOptions,
  optionFaults,
  type OptionsObject,
} from '@berth/plugin-kit/contract/capabilities/options.ts';
import { Problem, type FieldError } from '@berth/plugin-kit/contract/problem.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import { defaultFault, keyOf } from './bindings.rules.ts';
import type {
  Binding,
  BindingOwner,
  CapabilitiesStore,
  CapabilityKey,
  Layer,
  SeenCapability,
} from './capabilities.types.ts';
import type { Seen, SeenUseCases } from './seen.usecases.ts';

export type AdminNeeds = {
  store: CapabilitiesStore;
  seen: SeenUseCases;
  fits: (schema: object, value: unknown) => Promise<SchemaVerdict>;
  /** What was kept for requests, and open streams, are looked at anew. */
  changed: () => void;
  /** It counts as new when it is seen again. */
  removed: (key: CapabilityKey) => void;
  now: () => number;
};

export type AdminUseCases = ReturnType<typeof adminUseCases>;
type NewBinding = Omit<Binding, 'kind'>;

export function adminUseCases({ store, seen, fits, changed, removed, now }: AdminNeeds) {
  const found = (all: Seen, key: CapabilityKey): SeenCapability => {
    const one = all.find(key);
    if (!one) throw new Problem('not-found', { detail: `There is no capability ${keyOf(key)}.` });
    return one;
  };

  /**
   * A layer may leave out what a later one says: unless the options are whole, only what is there is judged.
   */
  const schemaFaults = async (
    { live }: SeenCapability,
    options: OptionsObject,
    pointer: string,
    isWhole = false,
  ): Promise<FieldError[]> => {
    const schema = live?.spec.options_schema;
    if (!schema) return [];
    const verdict = await fits(schema, options);
    if (verdict.ok || verdict.reason === 'busy') return [];
    return verdict.errors
      .filter(({ keyword }) => isWhole || keyword !== 'required')
      .map(({ pointer: at, detail }) => ({ pointer: `${pointer}${at}`, detail }));
  };

  const refuseFaulty = (errors: readonly FieldError[]): void => {
    if (errors.length > 0) throw new Problem('invalid', { errors: errors.slice(0, 50) });
  };

  /**
   * @param above what is bound by the workspace's type; `null`: this is a type, and workspaces may add to it
   */
  const bindingFaults = async (
    { options, environments }: NewBinding,
    capability: SeenCapability,
    pointer: string,
    above: readonly Layer[] | null,
  ): Promise<FieldError[]> => {
    const ofType = above ?? [];
    const layersFor = (environment: string | null): OptionsObject =>
      mergeOptions(
        capability.live?.spec.default_options ?? {},
        capability.record?.options ?? {},
        ...[...ofType, { options, environments }].flatMap((layer) => [
          layer.options,
          (environment !== null && Object.hasOwn(layer.environments, environment)
            ? layer.environments[environment]
            : null) ?? {},
        ]),
      );
    const names = [...new Set([...ofType, { environments }].flatMap((one) => Object.keys(one.environments)))];
    const perEnvironment = names.map(async (name) => {
      const at = `${pointer}/environments/${name}`;
      const own = Object.hasOwn(environments, name) ? (environments[name] ?? {}) : {};
      const faults = await schemaFaults(capability, layersFor(name), at, above !== null);
      return [...optionFaults(own, at), ...faults];
    });
    // Where there are environments, one of them is asked for: each is whole, and what they share need not be.
    const isWhole = above !== null && names.length === 0;
    return [
      ...optionFaults(options, `${pointer}/options`),
      ...(await schemaFaults(capability, layersFor(null), `${pointer}/options`, isWhole)),
      ...(await Promise.all(perEnvironment)).flat(),
    ];
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
          detail: `${types} workspace types and ${workspaces} workspaces bind it; \`?force=true\` unbinds it there.`,
          extensions: { bound: { workspace_types: types, workspaces } },
        });
      await store.remove(key);
      removed(key);
      changed();
    },

    /**
     * Replaces them all, or changes nothing. @param typeId of the workspace whose bindings they are
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
          detail: `There is no capability ${unknown.map(keyOf).join(', ')}.`,
        });
      const keys = bindings.map(keyOf);
      const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
      if (twice >= 0)
        throw new Problem('bad-request', { detail: `${keys[twice] ?? ''} stands twice in the bindings.` });
      const whole = bindings.map((one): Binding => ({ ...one, kind: found(all, one).kind }));
      const fault = defaultFault(whole);
      if (fault !== null) throw new Problem('bad-request', { detail: fault });
      const ofType = typeId === null ? [] : await store.bindingsOf({ kind: 'workspace_type', id: typeId });
      const aboveOf = (one: CapabilityKey) =>
        owner.kind === 'workspace_type' ? null : ofType.filter((layer) => keyOf(layer) === keyOf(one));
      const faults = await Promise.all(
        bindings.map((one, index) => bindingFaults(one, found(all, one), `/bindings/${index}`, aboveOf(one))),
      );
      refuseFaulty(faults.flat());
      if (!(await store.replace(owner, whole))) throw new Problem('not-found');
      changed();
    },
  };
}
