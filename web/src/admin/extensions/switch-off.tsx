/** Switching an extension off takes it away from people: how many is said before. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import type { AdminPlugin } from '#api/types.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { t } from '#words/words.ts';

type SwitchOffProps = {
  plugin: AdminPlugin;
  isPending: boolean;
  onSwitchOff: () => void;
  onClose: () => void;
};

export function SwitchOff({ plugin, isPending, onSwitchOff, onClose }: SwitchOffProps) {
  const path = `/api/admin/plugins/${plugin.id}/people`;
  const people = useQuery({
    queryKey: ['admin-people', plugin.id],
    queryFn: async ({ signal }) => (await request<{ count: number }>(path, { signal })).data.count,
    staleTime: 0,
  });
  return (
    <DialogForm
      title={t('Switch off {name}?', { name: plugin.name || plugin.id })}
      action={t('Switch off')}
      isDanger
      isPending={isPending}
      onSubmit={onSwitchOff}
      onClose={onClose}
    >
      <Text size="sm" role="status">
        {people.isPending ? t('Counting the people who can use it …') : wordsFor(people.data)}
      </Text>
      <Text size="sm" c="dimmed">
        {t(
          'What is open in it closes at once. Its settings, rights and data stay, and it can be ' +
            'switched on again here.',
        )}
      </Text>
    </DialogForm>
  );
}

function wordsFor(count: number | undefined): string {
  if (count === undefined) return t('How many people can use it could not be counted.');
  if (count === 0) return t('Nobody can use it now.');
  return t(
    '{count, plural, one {One person can use it now, and will lose it.} other {# people can ' +
      'use it now, and will lose it.}}',
    { count },
  );
}
