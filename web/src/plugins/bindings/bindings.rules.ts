/** A list of bindings under a person's hands: each kind has exactly one default. */
import type {
  Binding,
  BindingForm,
  BindingSource,
  Capability,
  CapabilityRef,
} from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { OptionsObject } from '@berth/plugin-kit/contract/capabilities/options.ts';

export type OwnBinding = CapabilityRef & {
  kind: string;
  label: string;
  is_default: boolean;
  options: OptionsObject;
  environments: Record<string, OptionsObject>;
};

export function ownOf(items: readonly Binding[], source: BindingSource): OwnBinding[] {
  return items
    .filter((one) => one.source === source)
    .map(({ plugin_id, capability_id, kind, label, is_default, options, environments }) => ({
      plugin_id,
      capability_id,
      kind,
      label,
      is_default,
      options,
      environments,
    }));
}

export function isSameCapability(one: CapabilityRef, other: CapabilityRef): boolean {
  return one.plugin_id === other.plugin_id && one.capability_id === other.capability_id;
}

/** The first of its kind becomes the default. */
export function withAdded(list: readonly OwnBinding[], capability: Capability): OwnBinding[] {
  const { plugin_id, capability_id, kind, label } = capability;
  const is_default = list.every((one) => one.kind !== kind);
  return [...list, { plugin_id, capability_id, kind, label, is_default, options: {}, environments: {} }];
}

/** Where the default goes, the next of its kind takes its place. */
export function withRemoved(list: readonly OwnBinding[], gone: CapabilityRef): OwnBinding[] {
  const left = list.filter((one) => !isSameCapability(one, gone));
  const kinds = new Set(left.filter(({ is_default }) => is_default).map(({ kind }) => kind));
  return left.map((one) => {
    if (kinds.has(one.kind)) return one;
    kinds.add(one.kind);
    return { ...one, is_default: true };
  });
}

export function withDefault(list: readonly OwnBinding[], chosen: OwnBinding): OwnBinding[] {
  return list.map((one) =>
    one.kind === chosen.kind ? { ...one, is_default: isSameCapability(one, chosen) } : one,
  );
}

export function formOf(list: readonly OwnBinding[]): BindingForm[] {
  return list.map(({ plugin_id, capability_id, is_default, options, environments }) => ({
    plugin_id,
    capability_id,
    is_default,
    options,
    environments,
  }));
}
