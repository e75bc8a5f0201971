/** Whether the options of bindings fit: their own, and those that a changed type puts below others. */
import {
  mergeOptions,
  optionFaults,
  type OptionsObject,
} from '@berth/plugin-kit/contract/capabilities/options.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import { keyOf } from './bindings.rules.ts';
import type {
  Binding,
  CapabilitiesStore,
  CapabilityKey,
  Layer,
  SeenCapability,
} from './capabilities.types.ts';
import type { Seen, SeenUseCases } from './seen.usecases.ts';

export type NewBinding = Omit<Binding, 'kind'>;
export type BindingChecks = ReturnType<typeof bindingChecks>;

type Needs = {
  store: Pick<CapabilitiesStore, 'bindingsOf' | 'bindingsBelow'>;
  seen: SeenUseCases;
  fits: (schema: object, value: unknown) => Promise<SchemaVerdict>;
};

export function bindingChecks({ store, seen, fits }: Needs) {
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

  /**
   * @param above what is bound by the workspace's type; `null`: this is a type, and workspaces may add to it
   */
  const bindingFaults = async (
    { options, environments }: Layer,
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
      const own = Object.hasOwn(environments, name) ? environments[name] : undefined;
      const at = `${pointer}/environments/${name}`;
      const faults = await schemaFaults(capability, layersFor(name), at, above !== null);
      if (own !== undefined) return [...optionFaults(own, at), ...faults];
      // Only the type has this environment: there is no such place here.
      return faults.map((fault) => ({
        pointer: `${pointer}/environments`,
        detail: say`${fault.pointer.slice(`${pointer}/environments/`.length)}: ${fault.detail}`,
      }));
    });
    // Where there are environments, one of them is asked for: each is whole, and what they share need not be.
    const isWhole = above !== null && names.length === 0;
    return [
      ...optionFaults(options, `${pointer}/options`),
      ...(await schemaFaults(capability, layersFor(null), `${pointer}/options`, isWhole)),
      ...(await Promise.all(perEnvironment)).flat(),
    ];
  };

  /** What a binding of a workspace lacks under the layers of a type, and did not lack before. */
  const newFaults = async (
    all: Seen,
    own: Binding,
    before: readonly Binding[],
    after: readonly Binding[],
  ) => {
    const capability = all.find(own);
    const [old, next] = [before, after].map((layers) => layers.filter((one) => isSame(one, own)));
    if (!capability || JSON.stringify(old) === JSON.stringify(next)) return [];
    const faultsUnder = (layers: readonly Layer[] = []) => bindingFaults(own, capability, '', layers);
    const known = new Set((await faultsUnder(old)).map(textOf));
    return (await faultsUnder(next)).map(textOf).filter((text) => !known.has(text));
  };

  const bindingsOfType = (id: string | null) =>
    id === null ? Promise.resolve([]) : store.bindingsOf({ kind: 'workspace_type', id });

  return {
    schemaFaults,
    bindingFaults,
    bindingsOfType,

    /** What workspaces of the type would lack, if it had these bindings. */
    faultsBelow: async (all: Seen, typeId: string, after: readonly Binding[]): Promise<FieldError[]> => {
      const before = await bindingsOfType(typeId);
      const errors: FieldError[] = [];
      for (const { workspaceName, ...own } of await store.bindingsBelow(typeId)) {
        const index = after.findIndex((one) => isSame(one, own));
        const pointer = index < 0 ? '/bindings' : `/bindings/${index}`;
        for (const text of await newFaults(all, own, before, after))
          errors.push({ pointer, detail: say`In the workspace ${workspaceName}: ${keyOf(own) + text}` });
      }
      return errors;
    },

    /** What a workspace would lack, if it were of another type. */
    faultsOfTypeChange: async (
      workspaceId: string,
      from: string | null,
      to: string | null,
    ): Promise<FieldError[]> => {
      const [own, before, after] = await Promise.all([
        store.bindingsOf({ kind: 'workspace', id: workspaceId }),
        bindingsOfType(from),
        bindingsOfType(to),
      ]);
      const all = await seen.look();
      const faults = await Promise.all(
        own.map(async (one) =>
          (await newFaults(all, one, before, after)).map((text) => `${keyOf(one)}${text}`),
        ),
      );
      return faults.flat().map((detail) => ({ pointer: '/type_id', detail }));
    },
  };
}

function isSame(one: CapabilityKey, other: CapabilityKey): boolean {
  return keyOf(one) === keyOf(other);
}

function textOf({ pointer, detail }: FieldError): string {
  return `${pointer}: ${detail}`;
}
