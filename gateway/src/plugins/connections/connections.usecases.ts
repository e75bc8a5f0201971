/** What superusers do with connections: make, change, give, take back, remove. */
import { randomUUID } from 'node:crypto';
import { connectionNameOf } from '@berth/plugin-kit/contract/manifest.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Translations } from '@berth/plugin-kit/contract/translations.ts';
import { secretMask, type ConnectionOptions } from '@berth/plugin-kit/contract/wire/connections.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { isElsewhere, monthOf, servedKinds } from './connections.rules.ts';
import type { Binding, Connection, ConnectionsStore, UseSum } from './connections.types.ts';
import type { KeyRingSealer } from './key-ring-sealer.ts';

export type ConnectionsNeeds = {
  store: ConnectionsStore;
  sealer: KeyRingSealer;
  snapshot: () => Snapshot;
  now: () => number;
};

/** `secret`: absent or the mask keeps, `null` removes, anything else replaces. */
export type Change = {
  name?: string | undefined;
  options?: ConnectionOptions | undefined;
  secret?: string | null | undefined;
};

/** As `Change`, with everything that a first version needs. */
export type New = { name: string; options: ConnectionOptions; secret?: string | null | undefined };

export type Wish = Binding & { pluginName: string; reason: string; isOptional: boolean };
export type WishState = Omit<Wish, 'connectionId'> & {
  connectionId: string | null;
  /** Of its manifest. */
  translations: Translations | undefined;
};

export type ConnectionUseCases = ReturnType<typeof connectionUseCases>;

export function connectionUseCases({ store, sealer, snapshot, now }: ConnectionsNeeds) {
  const wishes = async (): Promise<WishState[]> => wishesIn(snapshot(), await store.bindings());

  const found = async (id: string): Promise<Connection> => {
    const connection = await store.find(id);
    if (!connection) throw new Problem('not-found');
    return connection;
  };

  const refuseTaken = async (name: string, id: string | null): Promise<void> => {
    const other = await store.findByName(name);
    if (other && other.id !== id) throw nameTaken();
  };

  /** The id is the context: a sealed secret that is moved to another row does not open there. */
  const sealed = (plain: string | null, id: string): Buffer | null =>
    plain === null ? null : sealer.seal(plain, id);

  return {
    all: (): Promise<Connection[]> => store.all(),
    bindings: (): Promise<Binding[]> => store.bindings(),
    wishes,
    found,
    findByName: store.findByName,

    /** @returns `null`: none is set. @throws Problem 503 where its key is gone */
    secretOf: ({ id, name, secret }: Pick<Connection, 'id' | 'name' | 'secret'>): string | null => {
      if (secret === null) return null;
      const plain = sealer.open(secret, id);
      if (plain === null)
        throw new Problem('unavailable', {
          detail: say`The secret of the connection "${name}" was sealed under a key that is gone: set it again.`,
        });
      return plain;
    },

    /** @throws Problem 409 name taken, 422 */
    create: async ({ name, options, secret = null }: New): Promise<Connection> => {
      if (secret === secretMask) throw secretWanted('There is no secret yet that it could keep.');
      await refuseTaken(name, null);
      const id = randomUUID();
      const updatedAt = new Date(now());
      return store.create({ id, name, options, secret: sealed(secret, id), updatedAt });
    },

    /** @throws Problem 404, 409 name taken, 422 where a kept secret would go elsewhere or a binding would lose its kind */
    change: async (id: string, { name, options, secret }: Change): Promise<Connection> => {
      const before = await found(id);
      const isKept = secret === undefined || secret === secretMask;
      if (options && isKept && before.secret !== null && isElsewhere(before.options, options))
        throw secretWanted('The address is another one: type the secret again, or remove it.');
      if (options)
        refuseLostKinds(
          options,
          (await store.bindings()).filter((one) => one.connectionId === id),
        );
      if (name !== undefined) await refuseTaken(name, id);
      const after = {
        ...before,
        name: name ?? before.name,
        options: options ?? before.options,
        secret: isKept ? before.secret : sealed(secret, id),
        updatedAt: new Date(now()),
      };
      if (!(await store.update(after))) throw new Problem('not-found');
      return after;
    },

    /** @throws Problem 404, 409 while extensions use it and `isForced` is not said */
    remove: async (id: string, isForced: boolean): Promise<Connection> => {
      const connection = await found(id);
      const users = (await store.bindings()).filter((one) => one.connectionId === id);
      if (users.length > 0 && !isForced)
        throw new Problem('conflict', {
          detail: say`${users.map(({ pluginId, name }) => `${pluginId} (${name})`).join(', ')} would lose it.`,
        });
      if (!(await store.remove(id))) throw new Problem('not-found');
      return connection;
    },

    /** @param connectionId `null` takes it back. @throws Problem 404, 409 where it serves no such kind */
    bind: async (pluginId: string, name: string, connectionId: string | null): Promise<void> => {
      const wish = (await wishes()).find((one) => one.pluginId === pluginId && one.name === name);
      if (connectionId === null) {
        await store.unbind(pluginId, name);
        return;
      }
      if (!wish) throw new Problem('not-found', { detail: 'The extension does not ask for it.' });
      refuseUnserving(await store.find(connectionId), wish.kind);
      await store.bind({ pluginId, name, kind: wish.kind, connectionId });
    },

    /** @param month any moment in it; that of now where there is none */
    used: (month: Date | null): Promise<UseSum[]> => {
      const since = monthOf(month?.getTime() ?? now());
      const until = new Date(Date.UTC(since.getUTCFullYear(), since.getUTCMonth() + 1, 1));
      return store.usedBetween(since, until, null);
    },

    /** In the last 30 days, by one extension. */
    usedBy: (pluginId: string): Promise<UseSum[]> =>
      store.usedBetween(new Date(now() - 30 * 86_400_000), new Date(now() + 1), pluginId),

    /** Secrets that an older key sealed are sealed under the newest. @returns how many */
    sealAnew: async (): Promise<number> => {
      let count = 0;
      for (const { id, secret } of await store.all()) {
        const plain = secret && sealer.isOld(secret) ? sealer.open(secret, id) : null;
        if (secret === null || plain === null) continue;
        await store.reseal(id, secret, sealer.seal(plain, id));
        count++;
      }
      return count;
    },
  };
}

function wishesIn(snapshot: Snapshot, bindings: readonly Binding[]): WishState[] {
  return [...snapshot.plugins.values()].flatMap(({ id, admitted }) =>
    (admitted?.manifest.connections ?? []).map((wish) => {
      const name = connectionNameOf(wish);
      const binding = bindings.find((one) => one.pluginId === id && one.name === name);
      return {
        pluginId: id,
        pluginName: admitted?.manifest.name ?? id,
        name,
        kind: wish.kind,
        reason: wish.reason,
        isOptional: wish.optional,
        connectionId: binding?.kind === wish.kind ? binding.connectionId : null,
        translations: admitted?.manifest.translations,
      };
    }),
  );
}

function nameTaken(): Problem {
  return new Problem('conflict', {
    detail: 'Another connection has this name.',
    errors: [{ pointer: '/name', detail: 'Another connection has this name.' }],
  });
}

/** @throws Problem 409, 422 */
function refuseUnserving(connection: Connection | null, kind: Wish['kind']): void {
  if (!connection)
    throw new Problem('invalid', {
      errors: [{ pointer: '/connection_id', detail: 'There is no such connection.' }],
    });
  const served = servedKinds(connection.options);
  if (!served.includes(kind))
    throw new Problem('conflict', {
      detail: say`"${connection.name}" serves ${served.join(', ')}, not ${kind}.`,
    });
}

function secretWanted(detail: string): Problem {
  return new Problem('invalid', { errors: [{ pointer: '/secret', detail }] });
}

/** @throws Problem 409 */
function refuseLostKinds(options: ConnectionOptions, users: readonly Binding[]): void {
  const lost = users.filter(({ kind }) => !servedKinds(options).includes(kind));
  if (lost.length === 0) return;
  throw new Problem('conflict', {
    detail: say`It would no longer serve ${lost.map(({ pluginId, kind }) => `${pluginId} (${kind})`).join(', ')}.`,
  });
}
