/** Removes a workspace or a type; what is bound to it is unbound, and nothing of an extension is deleted. */
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { generalError } from '#api/field-errors.ts';
import { removeOwner, type BindingOwner } from '#api/workspaces.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';

type RemoveOwnerProps = { owner: BindingOwner; name: string; onClose: () => void };

export function RemoveOwner({ owner, name, onClose }: RemoveOwnerProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeOwner(owner),
    onSuccess: async () => {
      await Promise.all(
        ['admin-workspaces', 'workspaces'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
      tell(t('{name} was removed', { name }));
      onClose();
    },
  });
  return (
    <DialogForm
      title={t('Remove {name}?', { name })}
      action={owner.kind === 'workspaces' ? t('Remove workspace') : t('Remove type')}
      isDanger
      isPending={remove.isPending}
      refusal={generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {owner.kind === 'workspaces'
          ? t('People lose the way to what is bound to it. What extensions keep stays there.')
          : t('A type that workspaces have cannot be removed.')}
      </Text>
    </DialogForm>
  );
}
