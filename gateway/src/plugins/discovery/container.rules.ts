/** What becomes of a container's state and of its plugin by each thing that happens: pure, so that `container.ts` only asks and keeps. */
import { isAnswering } from '@berth/plugin-kit/contract/wire/plugins.ts';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { Difference } from '#plugins/registry/approving.types.ts';
import { digestOf, judge, wishOf } from '../approval/approval.rules.ts';
import { iconPathIn } from '../icons/icon.rules.ts';
import type { IconAnswer } from '../icons/icon.types.ts';
import { compilePlugin, groupNamesIn } from '../registry/compile.rules.ts';
import type { PluginRecord, Service } from '../registry/service.types.ts';
import type { AdmittedManifest, CompiledPlugin, Plugin } from '../registry/snapshot.ts';
import { delayMs } from './delay.rules.ts';
import type { Admission, Probe } from './discovery.types.ts';
import { fallsWith, unsteadiness } from './flapping.rules.ts';
import { restingState } from './remembered.rules.ts';
import { pluginAfter } from './verdict.rules.ts';

/** A manifest that a superuser has to decide on, and what serves until then. */
export type Offer = {
  manifest: Manifest;
  unknownFields: readonly string[];
  serve: Manifest | null;
  differences: readonly Difference[];
  digest: string;
  wish: string;
  since: number;
};

export type ContainerState = {
  /** Checks in a row that went wrong. */
  failures: number;
  /** Times at which it stopped answering. */
  falls: readonly number[];
  /** What the container serves, where that is not what serves here. */
  offer: Offer | null;
  /** Of the manifest that was read last: a container without ETags is not read anew each time. */
  readHash: string | null;
  readEtag: string | null;
  /** The manifest whose icon was found, or found to be no good. */
  iconSettledFor: Manifest | null;
};

export const initialState: ContainerState = {
  failures: 0,
  falls: [],
  offer: null,
  readHash: null,
  readEtag: null,
  iconSettledFor: null,
};

export type ContainerEvent =
  /** @param hash of the manifest's bytes; `null`: none came */
  | { kind: 'checked'; probe: Probe; admission: Admission | null; hash: string | null; random: number }
  /** For the manifest that serves. */
  | { kind: 'icon-fetched'; answer: IconAnswer }
  | { kind: 'groups-pinned' }
  | { kind: 'approved'; offer: Offer }
  | { kind: 'switched'; isEnabled: boolean };

/** What the rules need to know and cannot ask. */
export type Facts = Pick<Service, 'approving'> &
  Pick<PluginRecord, 'groupPins' | 'refusedWishes'> & { at: number; intervalMs: number };

/** `waitMs`: until the next check, where the event says so. */
export type Step = { state: ContainerState; plugin: Plugin; waitMs?: number };

export function stepOf(state: ContainerState, plugin: Plugin, event: ContainerEvent, facts: Facts): Step {
  switch (event.kind) {
    case 'checked':
      return afterCheck(state, plugin, event, facts);
    case 'icon-fetched':
      return afterIcon(state, plugin, event.answer);
    case 'groups-pinned':
      return { state, plugin: withPresentGroups(plugin, facts) };
    case 'approved':
      return afterApproval(state, plugin, event.offer, facts);
    case 'switched':
      return {
        state,
        plugin: { ...plugin, ...restingState(event.isEnabled), stateSince: facts.at, nextPollAt: null },
      };
  }
}

/** Whether an icon should be fetched: its path, or `null`. */
export function wantedIcon({ iconSettledFor }: ContainerState, { admitted }: Plugin): string | null {
  const path = admitted && iconPathIn(admitted.manifest.icon);
  return path && iconSettledFor !== admitted.manifest ? path : null;
}

function afterCheck(
  state: ContainerState,
  before: Plugin,
  { probe, admission, hash, random }: Extract<ContainerEvent, { kind: 'checked' }>,
  facts: Facts,
): Step {
  const read = afterReading(state, before, { probe, admission, hash }, facts);
  const admitted = nextAdmitted(read, before, admission?.ok ? admission : null, facts);
  const { offer } = read;
  const isRefused = offer !== null && facts.refusedWishes.has(offer.wish);
  const waiting = offer && !isRefused ? waitingFor(offer) : undefined;
  const isFall = !probe.isUp && isAnswering(before);
  const falls = isFall ? fallsWith(state.falls, facts.at) : state.falls;
  const refused = offer && isRefused ? offer.differences : [];
  const unsteady = unsteadiness(falls, facts.at);
  const after = pluginAfter(before, { probe, admission, admitted, waiting, refused, unsteady }, facts.at);
  const isWell =
    probe.isUp &&
    (probe.manifest.kind !== 'failed' || admitted !== null) &&
    !(admission?.ok === false && admission.reason === 'busy');
  const failures = isWell ? 0 : state.failures + 1;
  const waitMs = delayMs(failures, facts.intervalMs, random);
  return {
    state: { ...read, failures, falls },
    plugin: { ...after, nextPollAt: facts.at + waitMs },
    waitMs,
  };
}

/** What is known of the manifest that the container serves. */
function afterReading(
  state: ContainerState,
  before: Plugin,
  { probe, admission, hash }: { probe: Probe; admission: Admission | null; hash: string | null },
  facts: Facts,
): ContainerState {
  const etag = probe.isUp && probe.manifest.kind === 'bytes' ? probe.manifest.etag : undefined;
  if (admission === null) return etag === undefined ? state : { ...state, readEtag: etag };
  if (admission.ok)
    return {
      ...state,
      readHash: hash,
      readEtag: etag ?? null,
      offer: offerOf(state, before, admission, facts),
    };
  // A gateway that is busy says nothing about the manifest.
  if (admission.reason === 'busy') return state;
  return { ...state, offer: null, readHash: null, readEtag: null };
}

/** @returns what of it a superuser has to decide on; `null` when it serves as it is */
function offerOf(
  { offer }: ContainerState,
  before: Plugin,
  { manifest, unknownFields }: Extract<Admission, { ok: true }>,
  { approving, at }: Facts,
): Offer | null {
  const { serve, differences } = judge(approving, before.admitted?.manifest ?? null, manifest);
  if (differences.length === 0) return null;
  const digest = digestOf(serve, manifest);
  const since = offer?.digest === digest ? offer.since : at;
  return { manifest, unknownFields, serve, differences, digest, wish: wishOf(differences), since };
}

function waitingFor({ since, digest, differences }: Offer): Plugin['waiting'] {
  return { since, digest, differences };
}

function nextAdmitted(
  { offer, readEtag }: ContainerState,
  before: Plugin,
  admission: Extract<Admission, { ok: true }> | null,
  facts: Facts,
): Plugin['admitted'] {
  // The version of something that does not serve is no version of what serves.
  const etag = offer === null ? (readEtag ?? before.admitted?.etag ?? null) : null;
  const serve = admission && (offer ? offer.serve : admission.manifest);
  const isSame =
    serve && before.admitted && JSON.stringify(before.admitted.manifest) === JSON.stringify(serve);
  if (serve && !isSame)
    return {
      manifest: serve,
      etag,
      compiled: compilePlugin(serve, { groupIdByName: facts.groupPins }),
      unknownFields: admission.unknownFields,
      admittedAt: facts.at,
      ...iconFor(serve, before),
    };
  // The same words again, after a restart or under another ETag, are no news.
  return before.admitted && { ...before.admitted, etag, compiled: compiledNow(before.admitted, facts) };
}

/** Groups that exist by now count from now, and those that are gone no longer. */
function compiledNow({ manifest, compiled }: AdmittedManifest, { groupPins }: Facts): CompiledPlugin {
  const known = new Set(groupNamesIn(manifest).flatMap((name) => groupPins.get(name) ?? []));
  const isSame =
    known.size === compiled.namedGroupIds.size &&
    [...known].every((group) => compiled.namedGroupIds.has(group));
  return isSame ? compiled : compilePlugin(manifest, { groupIdByName: groupPins });
}

function withPresentGroups(plugin: Plugin, facts: Facts): Plugin {
  const { admitted } = plugin;
  return admitted ? { ...plugin, admitted: { ...admitted, compiled: compiledNow(admitted, facts) } } : plugin;
}

/** A container that fails for a while keeps the icon that it had; one whose icon is no good loses it. */
function afterIcon(state: ContainerState, plugin: Plugin, answer: IconAnswer): Step {
  if (!plugin.admitted) return { state, plugin };
  const { icon: old, iconFault: _, ...rest } = plugin.admitted;
  const isSettled = answer.ok || answer.isFinal;
  return {
    state: isSettled ? { ...state, iconSettledFor: rest.manifest } : state,
    plugin: { ...plugin, admitted: { ...rest, ...iconAfter(answer, old) } },
  };
}

function iconAfter(
  answer: IconAnswer,
  old: AdmittedManifest['icon'],
): Pick<AdmittedManifest, 'icon' | 'iconFault'> {
  if (answer.ok) return { icon: answer.icon };
  return !answer.isFinal && old ? { icon: old } : { iconFault: answer.reason };
}

/** Until the new icon is here the old one of the same path stays, so that nothing flickers. */
function iconFor({ icon }: Manifest, { admitted }: Plugin): Pick<AdmittedManifest, 'icon'> {
  return admitted?.icon && admitted.icon.path === iconPathIn(icon) ? { icon: admitted.icon } : {};
}

function afterApproval(
  state: ContainerState,
  before: Plugin,
  { manifest, unknownFields }: Offer,
  { groupPins, at }: Facts,
): Step {
  const { waiting: _, ...rest } = before;
  const admitted = {
    manifest,
    etag: state.readEtag,
    compiled: compilePlugin(manifest, { groupIdByName: groupPins }),
    unknownFields,
    admittedAt: at,
    ...iconFor(manifest, before),
  };
  return { state: { ...state, offer: null }, plugin: { ...rest, admitted } };
}
