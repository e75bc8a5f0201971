/** Which documents have changed, told to every open stream. */
export type Changed = { ids: readonly string[]; isAll: boolean };
type Listener = { tell: (changed: Changed) => void; end: () => void };

export type Changes = {
  /** @param ids null: which ones is not known */
  note: (ids: readonly string[] | null) => void;
  subscribe: (listener: Listener) => () => void;
  /** Ends every stream: the service stops. */
  end: () => void;
};

export function createChanges(): Changes {
  const listeners = new Set<Listener>();
  return {
    note(ids) {
      const changed = { ids: ids ?? [], isAll: ids === null };
      for (const { tell } of listeners) tell(changed);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    end() {
      for (const { end } of listeners) end();
    },
  };
}

/** The channel and the payload of the database's trigger: ids, or `*` for more than it can hold. */
export const changesChannel = 'documents_changed';

export function idsOfNotice(payload: string): string[] | null {
  return payload === '*' ? null : payload.split(',').filter((id) => id !== '');
}
