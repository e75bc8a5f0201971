/** Removing a connection takes it away from extensions: which ones is said before. */
import { Text } from '@mantine/core';
import type { Connection } from '@berth/plugin-kit/contract/wire/connections.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { removeConnection } from '#api/connections.ts';
import { generalError } from '#api/field-errors.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { listed, t } from '#words/words.ts';

export function RemoveConnection({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const client = useQueryClient();
  const { id, name, bound_to: users } = connection;
  const remove = useMutation({
    mutationFn: () => removeConnection(id, users.length > 0),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-connections'] });
      tell(t('{name} was removed', { name }));
      onClose();
    },
  });
  return (
    <DialogForm
      title={t('Remove {name}?', { name })}
      action={t('Remove connection')}
      isDanger
      isPending={remove.isPending}
      refusal={generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {users.length === 0
          ? t('No extension uses it.')
          : t('{count, plural, one {{names} loses it at once.} other {{names} lose it at once.}}', {
              count: users.length,
              names: listed(users.map(({ plugin_id: pluginId }) => pluginId)),
            })}{' '}
        {t('Its key is deleted with it. What was used stays in the table of the month.')}
      </Text>
    </DialogForm>
  );
}
