/** What there is of capabilities now: read once for each request, so that one picture decides all of it. */
import type { Snapshot } from '../registry/snapshot.ts';
import { keyOf, mergedBindings } from './bindings.rules.ts';
import type {
  CapabilitiesStore,
  CapabilityKey,
  MergedBinding,
  SeenCapability,
  Workspace,
} from './capabilities.types.ts';
import { seenCapabilities } from './seen.rules.ts';

export type SeenNeeds = {
  store: Pick<CapabilitiesStore, 'records' | 'bound' | 'bindingsOf'>;
  snapshot: () => Snapshot;
  /** Newly found capabilities stay disabled until a superuser enables them. */
  isHolding: boolean;
};

export type Seen = {
  all: readonly SeenCapability[];
  find: (key: CapabilityKey) => SeenCapability | null;
  boundOf: (key: CapabilityKey) => { types: number; workspaces: number };
  /** Enabled, and bound by no type: it is there in every workspace. */
  appliesToAll: (capability: SeenCapability) => boolean;
};

export type SeenUseCases = ReturnType<typeof seenUseCases>;

const none = { types: 0, workspaces: 0 };

export function seenUseCases({ store, snapshot, isHolding }: SeenNeeds) {
  const look = async (): Promise<Seen> => {
    const [records, bound] = await Promise.all([store.records(), store.bound()]);
    const all = seenCapabilities(snapshot(), { records, bound, isHolding });
    const byKey = new Map(all.map((one) => [keyOf(one), one]));
    const boundOf = (key: CapabilityKey) => bound.find((one) => keyOf(one) === keyOf(key)) ?? none;
    return {
      all,
      find: (key) => byKey.get(keyOf(key)) ?? null,
      boundOf,
      appliesToAll: (one) =>
        one.live !== null && one.isEnabled && one.state !== 'incompatible' && boundOf(one).types === 0,
    };
  };
  return {
    look,
    /** Everything that a workspace has, from all sides. */
    mergedOf: async (
      seen: Seen,
      { id, typeId }: Pick<Workspace, 'id' | 'typeId'>,
    ): Promise<MergedBinding[]> => {
      const [ofWorkspace, ofType] = await Promise.all([
        store.bindingsOf({ kind: 'workspace', id }),
        typeId === null ? [] : store.bindingsOf({ kind: 'workspace_type', id: typeId }),
      ]);
      return mergedBindings({ ofWorkspace, ofType, ofAll: seen.all.filter(seen.appliesToAll) });
    },
  };
}
