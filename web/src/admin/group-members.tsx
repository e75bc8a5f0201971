/** Who is in a group: found, added, removed. */
import { Button, Group as Row, MultiSelect, Table, Text, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import type { Group, Member, UserPage } from '#api/types.ts';
import { Dialog } from '#shell/dialog.tsx';
import { Failure, Loading } from '#shell/states.tsx';
import { tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

const shownAtOnce = 50;

export function GroupMembers({ group, onClose }: { group: Group; onClose: () => void }) {
  const client = useQueryClient();
  const path = `/api/admin/groups/${group.id}/members`;
  const [words, setWords] = useState('');
  const [wanted] = useDebouncedValue(words, 200);
  const [chosen, setChosen] = useState<string[]>([]);
  const [known, setKnown] = useState<Record<string, string>>({});
  const members = useQuery({
    queryKey: ['admin-members', group.id],
    queryFn: async ({ signal }) => (await request<{ items: Member[] }>(path, { signal })).data.items,
  });
  const people = useQuery({
    queryKey: ['admin-users', wanted, 'pick'],
    queryFn: async ({ signal }) => {
      const { items } = (
        await request<UserPage>(
          `/api/admin/users?${new URLSearchParams({ q: wanted, page: '1', page_size: '20' })}`,
          { signal },
        )
      ).data;
      setKnown((before) => ({
        ...before,
        ...Object.fromEntries(
          items.map((user) => [
            user.id,
            user.name && user.name !== user.email ? `${user.name} (${user.email})` : user.email,
          ]),
        ),
      }));
      return items;
    },
    // The list stays under the hands of whoever goes through it with the arrow keys.
    placeholderData: keepPreviousData,
  });
  const refresh = async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['admin-members', group.id] }),
      client.invalidateQueries({ queryKey: ['admin-groups'] }),
    ]);
  };
  const add = useMutation({
    mutationFn: () => request(path, { method: 'POST', body: { user_ids: chosen } }),
    onSuccess: async () => {
      setChosen([]);
      await refresh();
    },
    onError: (error) => tellFailure(t('Nobody was added'), error),
  });
  const remove = useMutation({
    mutationFn: (userId: string) => request(`${path}/${userId}`, { method: 'DELETE' }),
    onSuccess: refresh,
    onError: (error) => tellFailure(t('Nobody was removed'), error),
  });
  const [limit, setLimit] = useState(shownAtOnce);
  const shown = members.data?.slice(0, limit) ?? [];
  const inside = new Set(members.data?.map((member) => member.id));
  const offered = [...new Set([...chosen, ...(people.data?.map((user) => user.id) ?? [])])].filter(
    (id) => !inside.has(id),
  );
  return (
    <Dialog onClose={onClose} title={t('Members of {name}', { name: group.name })} size="lg">
      <Row align="flex-end" gap="xs" mb="md">
        <MultiSelect
          label={t('Add people')}
          placeholder={chosen.length === 0 ? t('Search by name or e-mail') : undefined}
          flex={1}
          searchable
          searchValue={words}
          onSearchChange={setWords}
          data={offered.map((id) => ({ value: id, label: known[id] ?? id }))}
          filter={({ options }) => options}
          value={chosen}
          onChange={setChosen}
          nothingFoundMessage={t('Nobody else is called that')}
        />
        <Button disabled={chosen.length === 0} loading={add.isPending} onClick={() => add.mutate()}>
          {t('Add')}
        </Button>
      </Row>
      {members.isPending ? (
        <Loading rows={3} />
      ) : members.error ? (
        <Failure
          what={t('The members could not be listed')}
          error={members.error}
          onRetry={() => void members.refetch()}
        />
      ) : members.data.length === 0 ? (
        <Text c="dimmed" size="sm">
          {t('Nobody is in this group yet.')}
        </Text>
      ) : (
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('Person')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('Actions')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((member) => (
              <Table.Tr key={member.id}>
                <Table.Td>
                  <Text size="sm" className={textStyles['breakable']}>
                    {member.name || member.email}
                  </Text>
                  {member.name && member.name !== member.email ? (
                    <Text size="xs" c="dimmed" className={textStyles['breakable']}>
                      {member.email}
                    </Text>
                  ) : null}
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    variant="subtle"
                    color="red"
                    size="compact-sm"
                    aria-label={t('Remove {email}', { email: member.email })}
                    onClick={() => remove.mutate(member.id)}
                  >
                    {t('Remove')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {members.data && members.data.length > limit ? (
        <Row justify="space-between" mt="sm">
          <Text size="sm" c="dimmed">
            {t('{limit} of {count} shown', { limit, count: members.data.length })}
          </Text>
          <Button variant="default" size="compact-sm" onClick={() => setLimit(limit + shownAtOnce)}>
            {t('Show more')}
          </Button>
        </Row>
      ) : null}
    </Dialog>
  );
}
