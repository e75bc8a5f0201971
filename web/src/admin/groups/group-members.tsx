/** Who is in a group: found, added, removed. */
import { Button, Group as Row, MultiSelect, Table, Text, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import type { Group, Member, UserPage } from '#api/types.ts';
import { Answered } from '#shell/answered.tsx';
import { Dialog } from '#shell/dialog.tsx';
import { tellFailure } from '#shell/toasts.tsx';
import { Email } from '#shell/email.tsx';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

const shownAtOnce = 50;

const membersPath = (group: Group): string => `/api/admin/groups/${group.id}/members`;

export function GroupMembers({ group, onClose }: { group: Group; onClose: () => void }) {
  const members = useQuery({
    queryKey: ['admin-members', group.id],
    queryFn: async ({ signal }) =>
      (await request<{ items: Member[] }>(membersPath(group), { signal })).data.items,
  });
  return (
    <Dialog onClose={onClose} title={t('Members of {name}', { name: group.name })} size="lg">
      <AddMembers group={group} members={members.data ?? []} />
      <Answered query={members} what={t('The members could not be listed')} rows={3}>
        {(list) =>
          list.length === 0 ? (
            <Text c="dimmed" size="sm">
              {t('Nobody is in this group yet.')}
            </Text>
          ) : (
            <MemberList group={group} members={list} />
          )
        }
      </Answered>
    </Dialog>
  );
}

type PartProps = { group: Group; members: readonly Member[] };

/** What shows who is in which group is asked anew. */
function useRefresh({ id }: Group): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['admin-members', id] }),
      client.invalidateQueries({ queryKey: ['admin-groups'] }),
    ]);
}

function AddMembers({ group, members }: PartProps) {
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const { ids, nameOf } = usePeople(words);
  const refresh = useRefresh(group);
  const add = useMutation({
    mutationFn: () => request(membersPath(group), { method: 'POST', body: { user_ids: chosen } }),
    onSuccess: async () => {
      setChosen([]);
      await refresh();
    },
    onError: (error) => tellFailure(t('Nobody was added'), error),
  });
  const inside = new Set(members.map((member) => member.id));
  const offered = [...new Set([...chosen, ...ids])].filter((id) => !inside.has(id));
  return (
    <Row align="flex-end" gap="xs" mb="md">
      <MultiSelect
        label={t('Add people')}
        placeholder={chosen.length === 0 ? t('Search by name or e-mail') : undefined}
        flex={1}
        searchable
        searchValue={words}
        onSearchChange={setWords}
        data={offered.map((id) => ({ value: id, label: nameOf(id) }))}
        filter={({ options }) => options}
        value={chosen}
        onChange={setChosen}
        nothingFoundMessage={t('Nobody else is called that')}
      />
      <Button disabled={chosen.length === 0} loading={add.isPending} onClick={() => add.mutate()}>
        {t('Add')}
      </Button>
    </Row>
  );
}

/** Those whom the words fit; the names of all who were ever found stay known. */
function usePeople(words: string) {
  const [wanted] = useDebouncedValue(words, 200);
  const [known, setKnown] = useState<Readonly<Record<string, string>>>({});
  const people = useQuery({
    queryKey: ['admin-users', wanted, 'pick'],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ q: wanted, page: '1', page_size: '20' });
      const { items } = (await request<UserPage>(`/api/admin/users?${query}`, { signal })).data;
      setKnown((before) => ({ ...before, ...namesOf(items) }));
      return items;
    },
    // The list stays under the hands of a person who goes through it with the arrow keys.
    placeholderData: keepPreviousData,
  });
  const found = people.data ?? [];
  // What an earlier window asked for is there before this one has asked.
  const names = { ...known, ...namesOf(found) };
  return { ids: found.map(({ id }) => id), nameOf: (id: string) => names[id] ?? id };
}

function namesOf(people: UserPage['items']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    people.map(({ id, name, email }) => [id, name && name !== email ? `${name} (${email})` : email]),
  );
}

function MemberList({ group, members }: PartProps) {
  const [limit, setLimit] = useState(shownAtOnce);
  const refresh = useRefresh(group);
  const remove = useMutation({
    mutationFn: (userId: string) => request(`${membersPath(group)}/${userId}`, { method: 'DELETE' }),
    onSuccess: refresh,
    onError: (error) => tellFailure(t('Nobody was removed'), error),
  });
  return (
    <>
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
          {members.slice(0, limit).map((member) => (
            <MemberRow key={member.id} member={member} onRemove={() => remove.mutate(member.id)} />
          ))}
        </Table.Tbody>
      </Table>
      {members.length > limit ? (
        <Row justify="space-between" mt="sm">
          <Text size="sm" c="dimmed">
            {t('{limit} of {count} shown', { limit, count: members.length })}
          </Text>
          <Button variant="default" size="compact-sm" onClick={() => setLimit(limit + shownAtOnce)}>
            {t('Show more')}
          </Button>
        </Row>
      ) : null}
    </>
  );
}

function MemberRow({ member: { name, email }, onRemove }: { member: Member; onRemove: () => void }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" className={textStyles['breakable']}>
          {name && name !== email ? name : <Email>{email}</Email>}
        </Text>
        {name && name !== email ? (
          <Text size="xs" c="dimmed">
            <Email>{email}</Email>
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td ta="right">
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          aria-label={t('Remove {email}', { email })}
          onClick={onRemove}
        >
          {t('Remove')}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
