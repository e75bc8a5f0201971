/** The groups of one person: seen, added, removed. */
import { Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { groupsQuery } from '#api/people.ts';
import type { NamedGroup } from '#api/types.ts';
import { tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

export function UserGroups({ userId, groups }: { userId: string; groups: readonly NamedGroup[] }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const all = useQuery(groupsQuery);
  const refresh = () =>
    Promise.all(
      ['admin-users', 'admin-groups', 'admin-members', 'admin-grants', 'admin-why', 'plugins'].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
  const add = useMutation({
    mutationFn: (groupId: string) =>
      request(`/api/admin/groups/${groupId}/members`, { method: 'POST', body: { user_ids: [userId] } }),
    onSuccess: () => setChosen(null),
    onError: (error) => tellFailure(t('The group was not added'), error),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: (groupId: string) =>
      request(`/api/admin/groups/${groupId}/members/${userId}`, { method: 'DELETE' }),
    onError: (error) => tellFailure(t('The group was not removed'), error),
    onSettled: refresh,
  });
  const present = new Set(groups.map(({ id }) => id));
  const others = (all.data ?? []).filter(({ id }) => !present.has(id));
  return (
    <Card component="section" aria-labelledby="groups">
      <Title order={2} size="h3" id="groups" mb="sm">
        {t('Groups')}
      </Title>
      {groups.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('In no group.')}
        </Text>
      ) : (
        <Stack component="ul" gap={4} p={0} m={0} style={{ listStyle: 'none' }} aria-labelledby="groups">
          {groups.map(({ id, name }) => (
            <Group component="li" key={id} justify="space-between" wrap="nowrap">
              <Text size="sm" className={textStyles['breakable']}>
                {name}
              </Text>
              <Button
                variant="subtle"
                color="red"
                size="compact-sm"
                loading={remove.isPending && remove.variables === id}
                onClick={() => remove.mutate(id)}
                aria-label={t('Remove from {name}', { name })}
              >
                {t('Remove')}
              </Button>
            </Group>
          ))}
        </Stack>
      )}
      <Group align="flex-end" gap="xs" mt="md">
        <Select
          label={t('Add to a group')}
          placeholder={t('Choose a group')}
          searchable
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen}
          onChange={setChosen}
          nothingFoundMessage={t('No other group is called that')}
          w={{ base: '100%', sm: 300 }}
        />
        <Button
          disabled={chosen === null}
          loading={add.isPending}
          onClick={() => chosen !== null && add.mutate(chosen)}
        >
          {t('Add')}
        </Button>
      </Group>
    </Card>
  );
}
