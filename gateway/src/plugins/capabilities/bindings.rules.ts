/** Which capabilities a workspace has, with which options, and which of them is meant. */
import {
  fillVariables,
  mergeOptions,
  type OptionVariable,
  type OptionsObject,
} from '@berth/plugin-kit/contract/capabilities/options.ts';
import type { Binding, CapabilityKey, Layer, MergedBinding } from './capabilities.types.ts';

export function keyOf({ pluginId, capabilityId }: CapabilityKey): string {
  return `${pluginId}/${capabilityId}`;
}

export type Sides = {
  ofWorkspace: readonly Binding[];
  /** None where the workspace has no type. */
  ofType: readonly Binding[];
  /** Enabled capabilities that no type binds: they are there everywhere. */
  ofAll: readonly (CapabilityKey & { kind: string })[];
};

/** A workspace's binding beats its type's of the same capability; the type's options stay beneath it. */
export function mergedBindings({ ofWorkspace, ofType, ofAll }: Sides): MergedBinding[] {
  const merged = new Map<string, MergedBinding>();
  for (const one of ofAll)
    merged.set(keyOf(one), {
      ...one,
      isDefault: false,
      options: {},
      environments: {},
      source: 'all',
      layers: [],
    });
  for (const one of ofType) merged.set(keyOf(one), { ...one, source: 'workspace_type', layers: [one] });
  for (const one of ofWorkspace) {
    const beneath = merged.get(keyOf(one))?.layers ?? [];
    merged.set(keyOf(one), { ...one, source: 'workspace', layers: [...beneath, one] });
  }
  return [...merged.values()];
}

export type Choice =
  | { ok: true; binding: MergedBinding }
  /**
   * `none`: nothing is bound. `unbound`: not the one that was asked for. `several`: none of them is the
   * default.
   */
  | { ok: false; reason: 'none' | 'unbound' | 'several'; among: readonly MergedBinding[] };

/** @param source `{plugin}/{capability}`, or one of the two where that is clear */
export function chooseSource(bindings: readonly MergedBinding[], source: string | null): Choice {
  if (bindings.length === 0) return { ok: false, reason: 'none', among: [] };
  const asked = source === null ? bindings : named(bindings, source);
  if (asked.length === 0) return { ok: false, reason: 'unbound', among: bindings };
  const chosen =
    asked.length === 1 ? asked[0] : (defaultOf(asked, 'workspace') ?? defaultOf(asked, 'workspace_type'));
  return chosen ? { ok: true, binding: chosen } : { ok: false, reason: 'several', among: asked };
}

function named(bindings: readonly MergedBinding[], source: string): readonly MergedBinding[] {
  const exact = bindings.filter((one) => keyOf(one) === source);
  if (exact.length > 0) return exact;
  return bindings.filter((one) => one.pluginId === source || one.capabilityId === source);
}

function defaultOf(bindings: readonly MergedBinding[], source: MergedBinding['source']) {
  return bindings.find((one) => one.isDefault && one.source === source);
}

export type OptionsOf = {
  /** Of the manifest, then of a superuser. */
  ofCapability: readonly OptionsObject[];
  layers: readonly Layer[];
  environment: string | null;
  variables: Readonly<Record<OptionVariable, string | null>>;
};

/**
 * Capability, then workspace type, then workspace; within each the environment's on top of the plain ones.
 */
export function optionsFor({ ofCapability, layers, environment, variables }: OptionsOf): OptionsObject {
  const merged = mergeOptions(
    ...ofCapability,
    ...layers.flatMap(({ options, environments }) => [
      options,
      (environment !== null && Object.hasOwn(environments, environment) && environments[environment]) || {},
    ]),
  );
  return Object.fromEntries(
    Object.entries(merged).map(([key, value]) => [key, fillVariables(value, variables)]),
  );
}

/** @returns why a set of bindings cannot replace another, or `null` */
export function defaultFault(bindings: readonly Binding[]): string | null {
  const kinds = [...new Set(bindings.map(({ kind }) => kind))];
  for (const kind of kinds) {
    const count = bindings.filter((one) => one.kind === kind && one.isDefault).length;
    if (count !== 1) return `Of the kind "${kind}" exactly one binding is the default; here ${count} are.`;
  }
  return null;
}
