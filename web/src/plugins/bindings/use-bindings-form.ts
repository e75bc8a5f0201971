import type { Binding } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '#api/client.ts';
import { saveBindings, type BindingOwner } from '#api/workspaces.ts';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { formOf, isSameCapability, ownOf, type OwnBinding } from './bindings.rules.ts';

export type BindingsForm = ReturnType<typeof useBindingsForm>;

/** The bindings of one workspace or type under a person's hands: all are changed first, and saved at once. */
export function useBindingsForm(owner: BindingOwner, items: readonly Binding[]) {
  const client = useQueryClient();
  const source = owner.kind === 'workspaces' ? 'workspace' : 'workspace_type';
  const [first] = useState(() => ownOf(items, source));
  const [list, setList] = useState<readonly OwnBinding[]>(first);
  const save = useMutation({
    mutationFn: () => saveBindings(owner, formOf(list)),
    onSuccess: async () => {
      tell(t('Bindings saved'));
      await Promise.all(
        ['admin-workspaces', 'admin-capabilities', 'workspaces'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
  const change = (next: OwnBinding[]) => {
    setList(next);
    save.reset();
  };
  return {
    list,
    save,
    isChanged: list !== first && JSON.stringify(list) !== JSON.stringify(first),
    /** What comes from above, and is not bound here too. */
    inherited: items.filter(
      (one) => one.source !== source && list.every((own) => !isSameCapability(own, one)),
    ),
    change,
    discard: () => change([...first]),
    /** What was wrong with one of them, by pointers inside of it. */
    errorsOf: (own: OwnBinding) => {
      const at = `/bindings/${list.indexOf(own)}`;
      const errors = save.error instanceof ApiError ? save.error.errors : [];
      return errors
        .filter(({ pointer }) => pointer.startsWith(`${at}/`))
        .map((error) => ({ ...error, pointer: error.pointer.slice(at.length) }));
    },
  };
}
