/** What can be done with several accounts at once. */
import { Button, Group, Select, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import type { AdminUser, Group as NamedGroup } from '#api/types.ts';
import { tell, tellFailure } from '#shell/toasts.tsx';

export function BulkBar({ users, onDone }: { users: readonly AdminUser[]; onDone: () => void }) {
  const client = useQueryClient();
  const [groupId, setGroupId] = useState<string | null>(null);
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) =>
      (await request<{ items: NamedGroup[] }>('/api/admin/groups', { signal })).data.items,
  });
  const people = users.length === 1 ? '1 person' : `${users.length} people`;
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
      tell(`${people} in ${groups.data?.find(({ id }) => id === groupId)?.name ?? 'the group'}`);
      onDone();
    },
    onError: (error) => tellFailure('Nobody was added', error),
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
      tell(isAnybodyOn ? `${people} can no longer sign in` : `${people} can sign in again`);
      onDone();
    },
    onError: (error) => tellFailure('Not everybody was changed', error),
    onSettled: refresh,
  });
  return (
    <div className="save-bar" role="region" aria-label="Chosen people">
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={550} role="status">
          {people} chosen
        </Text>
        <Group gap="sm">
          <Select
            aria-label="Group"
            placeholder="Choose a group"
            searchable
            w={{ base: '100%', xs: 200 }}
            data={(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            limit={50}
            value={groupId}
            onChange={setGroupId}
            nothingFoundMessage="No group is called that"
          />
          <Button disabled={groupId === null} loading={add.isPending} onClick={() => add.mutate()}>
            Add to group
          </Button>
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate()}>
            {isAnybodyOn ? 'Switch off' : 'Switch on'}
          </Button>
          <Button variant="subtle" onClick={onDone}>
            Clear selection
          </Button>
        </Group>
      </Group>
    </div>
  );
}
