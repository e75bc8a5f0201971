/** Capabilities as the snapshot and what superusers say of them come to together. */
import {
  capabilityKinds,
  servedCapabilityVersions,
} from '@berth/plugin-kit/contract/capabilities/capability.ts';
import type { CapabilitySpec } from '@berth/plugin-kit/contract/manifest.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isServed, type Plugin, type Snapshot } from '../registry/snapshot.ts';
import { isAdmitted } from '../registry/visible.rules.ts';
import { keyOf } from './bindings.rules.ts';
import type { CapabilityKey, CapabilityRecord, SeenCapability } from './capabilities.types.ts';

/** Every capability of an admitted manifest, whatever state its extension is in. */
export function declaredCapabilities(
  snapshot: Snapshot,
): (CapabilityKey & { kind: string; label: string })[] {
  return [...snapshot.plugins.values()].filter(isAdmitted).flatMap(({ id, admitted: { manifest } }) =>
    manifest.capabilities.map((spec) => ({
      pluginId: id,
      capabilityId: spec.id,
      kind: spec.kind,
      label: spec.label ?? manifest.name,
    })),
  );
}

export type Said = {
  records: readonly CapabilityRecord[];
  /** What is bound, and may be gone. */
  bound: readonly (CapabilityKey & { kind: string })[];
  /** Newly found ones stay disabled until a superuser enables them. */
  isHolding: boolean;
};

/** Declared ones, and those that are known or bound and are declared no more. */
export function seenCapabilities(snapshot: Snapshot, { records, bound, isHolding }: Said): SeenCapability[] {
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  const seen = new Map<string, SeenCapability>();
  for (const one of declaredCapabilities(snapshot)) {
    const record = byKey.get(keyOf(one)) ?? null;
    const live = liveOf(snapshot, one);
    const isEnabled = record?.isEnabled ?? !isHolding;
    seen.set(keyOf(one), { ...one, record, live, isEnabled, ...stateOf(live, isEnabled) });
  }
  for (const { pluginId, capabilityId, kind } of [...records, ...bound]) {
    const key = keyOf({ pluginId, capabilityId });
    if (seen.has(key)) continue;
    const record = byKey.get(key) ?? null;
    seen.set(key, {
      pluginId,
      capabilityId,
      kind,
      label: record?.label ?? pluginId,
      record,
      live: null,
      isEnabled: record?.isEnabled ?? !isHolding,
      state: 'unavailable',
      detail: say`The extension "${pluginId}" offers it no more, or is gone.`,
    });
  }
  return [...seen.values()];
}

type Live = SeenCapability['live'];

function liveOf(snapshot: Snapshot, { pluginId, capabilityId }: CapabilityKey): Live {
  const plugin = snapshot.plugins.get(pluginId);
  if (!plugin || !isAdmitted(plugin)) return null;
  const spec = plugin.admitted.manifest.capabilities.find(({ id }) => id === capabilityId);
  return spec ? { plugin, spec } : null;
}

function stateOf(live: Live, isEnabled: boolean): Pick<SeenCapability, 'state' | 'detail'> {
  if (!live) return { state: 'unavailable', detail: 'The extension is gone.' };
  const misfit = misfitOf(live.spec);
  if (misfit !== null) return { state: 'incompatible', detail: misfit };
  if (!isEnabled) return { state: 'disabled', detail: 'A superuser has not enabled it.' };
  if (!isServed(live.plugin)) return { state: 'unavailable', detail: wordsFor(live.plugin) };
  return { state: 'available', detail: null };
}

function wordsFor({ state, admitted, id }: Plugin): string {
  const name = admitted?.manifest.name ?? id;
  return state === 'disabled' ? `"${name}" is switched off.` : `"${name}" is not answering (${state}).`;
}

/** Not an error of the container: a newer gateway may speak it. */
function misfitOf({ kind, api_version: version }: CapabilitySpec): string | null {
  if (!capabilityKinds.some((known) => known === kind)) return `This gateway has no kind "${kind}".`;
  if (servedCapabilityVersions.includes(version)) return null;
  return `It speaks version ${version}; this gateway speaks ${servedCapabilityVersions.join(', ')}.`;
}
