/** What one registered container stands on: its state, its place in the snapshot, and what is kept of it. */
import type { Semaphore } from '@berth/plugin-kit/base/semaphore.ts';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import type { Decision } from '#plugins/registry/approving.types.ts';
import { mountConflicts } from '../registry/next-snapshot.rules.ts';
import type { Registry } from '../registry/registry.ts';
import type { PluginRecord, Service } from '../registry/service.types.ts';
import type { Plugin } from '../registry/snapshot.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import {
  initialState,
  stepOf,
  type ContainerEvent,
  type ContainerState,
  type Facts,
} from './container.rules.ts';
import { pluginRecordKeeper, type RecordKeeper, type RecordKeeperNeeds } from './record-keeper.ts';

export type ContainerNeeds = RecordKeeperNeeds & {
  registry: Registry;
  compiles: (schema: object) => Promise<SchemaVerdict>;
  note: (decision: Decision) => Promise<void>;
  reserved: () => readonly string[];
  /** Whether this gateway asks the containers, rather than another one on the same database. */
  asks: () => boolean;
  intervalMs: number;
  /** Bounds how many containers are asked at once. */
  semaphore: Semaphore;
  /** A value for `x-berth-callback`. */
  issueCallback: (pluginId: string) => string;
  now: () => number;
  random: () => number;
};

export type ContainerGround = {
  service: Service;
  keeper: RecordKeeper;
  /** Aborts when the container is given up. */
  stopping: AbortController;
  state: () => ContainerState;
  present: () => Plugin | undefined;
  /** The plugin, unless another manifest serves by now. */
  stillServing: (manifest: Manifest) => Plugin | null;
  /** Takes the step and swaps the snapshot, without waiting in between. @returns what now stands there, and when to ask again */
  apply: (plugin: Plugin, event: ContainerEvent) => { after: Plugin; waitMs: number };
  /** Why the mounts of a manifest cannot be this plugin's. */
  conflictsOf: (manifest: Manifest) => FieldError[];
  /** The plugin, without what serves where another plugin took its mounts meanwhile. */
  withheldIfTaken: (plugin: Plugin) => Plugin;
};

export function containerGround(
  service: Service,
  known: PluginRecord,
  needs: ContainerNeeds,
): ContainerGround {
  const { registry, now } = needs;
  const { id } = service;
  const stopping = new AbortController();
  const keeper = pluginRecordKeeper(service, known, needs);
  let state = initialState;

  function present(): Plugin | undefined {
    return registry.snapshot().plugins.get(id);
  }

  function facts(): Facts {
    const { groupPins, refusedWishes } = keeper.record();
    return {
      approving: service.approving,
      groupPins,
      refusedWishes,
      at: now(),
      intervalMs: needs.intervalMs,
    };
  }

  function apply(plugin: Plugin, event: ContainerEvent): { after: Plugin; waitMs: number } {
    const step = stepOf(state, plugin, event, facts());
    ({ state } = step);
    registry.put(step.plugin);
    return { after: step.plugin, waitMs: step.waitMs ?? needs.intervalMs };
  }

  function conflictsOf({ mounts }: Manifest): FieldError[] {
    return mountConflicts(registry.snapshot(), id, mounts, needs.reserved());
  }

  function withheldIfTaken(plugin: Plugin): Plugin {
    const reasons = plugin.admitted ? conflictsOf(plugin.admitted.manifest) : [];
    return reasons.length === 0 ? plugin : { ...plugin, admitted: null, refusal: { at: now(), reasons } };
  }

  function stillServing(manifest: Manifest): Plugin | null {
    const plugin = present();
    return !stopping.signal.aborted && plugin?.admitted?.manifest === manifest ? plugin : null;
  }

  return {
    service,
    keeper,
    stopping,
    state: () => state,
    present,
    stillServing,
    apply,
    conflictsOf,
    withheldIfTaken,
  };
}
