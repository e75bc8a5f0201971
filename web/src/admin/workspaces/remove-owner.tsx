/** Removes a workspace or a type; what is bound to it is unbound, and nothing of an extension is deleted. */
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { generalError } from '#api/field-errors.ts';
import { removeOwner, type BindingOwner } from '#api/workspaces.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';

type RemoveOwnerProps = { owner: BindingOwner; name: string; onClose: () => void };

export function RemoveOwner({ owner, name, onClose }: RemoveOwnerProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeOwner(owner),
    onSuccess: async () => {
      await Promise.all(
        ['admin-workspaces', 'workspaces'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
      tell(`${name} was removed`);
      onClose();
    },
  });
  return (
    <DialogForm
      title={`Remove ${name}?`}
      action={owner.kind === 'workspaces' ? 'Remove workspace' : 'Remove type'}
      isDanger
      isPending={remove.isPending}
      refusal={generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {owner.kind === 'workspaces'
          ? 'People lose the way to what is bound to it. What extensions keep stays there.'
          : 'A type that workspaces have cannot be removed.'}
      </Text>
    </DialogForm>
  );
}
