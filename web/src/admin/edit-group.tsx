/** Adds a group (`null`) or changes one; deletes one after its name was typed. */
import { Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import type { Group } from '#api/types.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';

export function EditGroup({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const save = useMutation({
    mutationFn: () =>
      request(group ? `/api/admin/groups/${group.id}` : '/api/admin/groups', {
        method: group ? 'PATCH' : 'POST',
        body: { name: name.trim(), description },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-groups'] });
      tell(group ? 'Group saved' : 'Group added');
      onClose();
    },
  });
  return (
    <DialogForm
      title={group ? 'Edit the group' : 'Add a group'}
      action={group ? 'Save' : 'Add group'}
      isPending={save.isPending}
      refusal={generalError(save.error, ['/name', '/description'])}
      onSubmit={save.mutate}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description={group ? 'A renamed group keeps its rights.' : undefined}
        required
        withAsterisk={false}
        maxLength={63}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorFor(save.error, '/name')}
      />
      <TextInput
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        error={errorFor(save.error, '/description')}
      />
    </DialogForm>
  );
}

export function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => request(`/api/admin/groups/${group.id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-groups'] });
      tell(`${group.name} was deleted`);
      onClose();
    },
  });
  return (
    <DialogForm
      title={`Delete ${group.name}?`}
      action="Delete group"
      isDanger
      isPending={remove.isPending}
      isDisabled={typed !== group.name}
      refusal={generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {group.member_count === 1 ? 'One person loses' : `${group.member_count} people lose`} what this group
        opened to them, at once. A new group of the same name gets none of its rights.
      </Text>
      <TextInput
        label={`Type “${group.name}” to confirm`}
        autoComplete="off"
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </DialogForm>
  );
}
