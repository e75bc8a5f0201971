/** Adds a group (`null`) or changes one; deletes one after its name was typed. */
import { Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import type { Group } from '#api/types.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';

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
      tell(group ? t('Group saved') : t('Group added'));
      onClose();
    },
  });
  return (
    <DialogForm
      title={group ? t('Edit the group') : t('Add a group')}
      action={group ? t('Save') : t('Add group')}
      isPending={save.isPending}
      refusal={generalError(save.error, ['/name', '/description'])}
      onSubmit={save.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t('Name')}
        description={group ? t('A renamed group keeps its rights.') : undefined}
        required
        withAsterisk={false}
        maxLength={63}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorFor(save.error, '/name')}
      />
      <TextInput
        label={t('Description')}
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
      tell(t('{name} was deleted', { name: group.name }));
      onClose();
    },
  });
  return (
    <DialogForm
      title={t('Delete {name}?', { name: group.name })}
      action={t('Delete group')}
      isDanger
      isPending={remove.isPending}
      isDisabled={typed !== group.name}
      refusal={generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {t(
          '{count, plural, one {One person loses what this group opened to them, at once.} other ' +
            '{# people lose what this group opened to them, at once.}}',
          { count: group.member_count },
        )}{' '}
        {t('A new group of the same name gets none of its rights.')}
      </Text>
      <TextInput
        label={t('Type “{name}” to confirm', { name: group.name })}
        autoComplete="off"
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </DialogForm>
  );
}
