/** What can be done with several accounts at once. */
import { Button, Group, Select, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import type { AdminUser, Group as NamedGroup } from '#api/types.ts';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import saveBarStyles from '#shell/save-bar.module.css';

export function BulkBar({ users, onDone }: { users: readonly AdminUser[]; onDone: () => void }) {
  const client = useQueryClient();
  const [groupId, setGroupId] = useState<string | null>(null);
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) =>
      (await request<{ items: NamedGroup[] }>('/api/admin/groups', { signal })).data.items,
  });
  const count = users.length;
  const people = t('{count, plural, one {1 person} other {# people}}', { count });
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['admin-users'] }),
      client.invalidateQueries({ queryKey: ['admin-groups'] }),
    ]);
  const add = useMutation({
    mutationFn: () =>
      request(`/api/admin/groups/${groupId ?? ''}/members`, {
        method: 'POST',
        body: { user_ids: users.map(({ id }) => id) },
      }),
    onSuccess: () => {
      tell(
        t('{people} in {group}', {
          people,
          group: groups.data?.find(({ id }) => id === groupId)?.name ?? t('the group'),
        }),
      );
      onDone();
    },
    onError: (error) => tellFailure(t('Nobody was added'), error),
    onSettled: refresh,
  });
  const isAnybodyOn = users.some((user) => user.is_active);
  const change = useMutation({
    // One after the other: the first refusal stops it, and says where.
    mutationFn: async () => {
      for (const user of users) {
        if (user.is_active === isAnybodyOn)
          await request(`/api/admin/users/${user.id}`, {
            method: 'PATCH',
            body: { is_active: !isAnybodyOn },
          });
      }
    },
    onSuccess: () => {
      tell(
        isAnybodyOn
          ? t(
              '{count, plural, one {1 person can no longer sign in} other {# people can no longer sign in}}',
              { count },
            )
          : t('{count, plural, one {1 person can sign in again} other {# people can sign in again}}', {
              count,
            }),
      );
      onDone();
    },
    onError: (error) => tellFailure(t('Not everybody was changed'), error),
    onSettled: refresh,
  });
  return (
    <div className={saveBarStyles['saveBar']} data-save-bar role="region" aria-label={t('Chosen people')}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={550} role="status">
          {t('{count, plural, one {1 person chosen} other {# people chosen}}', { count })}
        </Text>
        <Group gap="sm">
          <Select
            aria-label={t('Group')}
            placeholder={t('Choose a group')}
            searchable
            w={{ base: '100%', xs: 200 }}
            data={(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            limit={50}
            value={groupId}
            onChange={setGroupId}
            nothingFoundMessage={t('No group is called that')}
          />
          <Button disabled={groupId === null} loading={add.isPending} onClick={() => add.mutate()}>
            {t('Add to group')}
          </Button>
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate()}>
            {isAnybodyOn ? t('Switch off') : t('Switch on')}
          </Button>
          <Button variant="subtle" onClick={onDone}>
            {t('Clear selection')}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
