import { Button, Group, Pagination, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import IconMail from '@tabler/icons-react/dist/esm/icons/IconMail.mjs';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import { useState } from 'react';
import { request } from '#api/client.ts';
import type { UserPage } from '#api/types.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { AddUser } from './add-user.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { Invite } from './invite.tsx';
import { pageControls } from '../page-controls.ts';
import { useUsersSearch, type UsersSearching } from './use-users-search.ts';
import { UsersFilters } from './users-filters.tsx';
import { UsersTable } from './users-table.tsx';
import { usersQueryString } from './users.rules.ts';

const pageSize = 25;

export function UsersPage() {
  const searching = useUsersSearch();
  const { search, show } = searching;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAdding, adding] = useDisclosure(false);
  const [isInviting, inviting] = useDisclosure(false);
  const users = useQuery({
    queryKey: ['admin-users', search],
    queryFn: async ({ signal }) =>
      (await request<UserPage>(`/api/admin/users?${usersQueryString(search, pageSize)}`, { signal })).data,
    placeholderData: keepPreviousData,
  });
  /** Those of other pages are not meant: a change touches only what is seen. */
  const chosenHere = (users.data?.items ?? []).filter(({ id }) => chosen.has(id));
  return (
    <Page
      title={t('Users')}
      above={t('Admin')}
      action={
        <Group gap="xs">
          <Button variant="default" leftSection={<IconMail size={16} aria-hidden />} onClick={inviting.open}>
            {t('Invite')}
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={adding.open}>
            {t('Add user')}
          </Button>
        </Group>
      }
    >
      <UsersFilters searching={searching} />
      <Answered query={users} what={t('The users could not be listed')} rows={6}>
        {({ items, total }) =>
          items.length === 0 ? (
            <NobodyFits searching={searching} />
          ) : (
            <>
              <UsersTable
                users={items}
                chosen={chosen}
                onChoose={setChosen}
                sort={search.sort}
                onSort={(sort) => show({ sort })}
              />
              <Pages total={total} page={search.page ?? 1} onPage={(page) => show({ page })} />
            </>
          )
        }
      </Answered>
      {chosenHere.length > 0 ? <BulkBar users={chosenHere} onDone={() => setChosen(new Set())} /> : null}
      {isAdding ? <AddUser onClose={adding.close} /> : null}
      {isInviting ? <Invite onClose={inviting.close} /> : null}
    </Page>
  );
}

function NobodyFits({ searching: { search, isFiltered, clear } }: { searching: UsersSearching }) {
  return (
    <Notice
      icon={IconUsers}
      title={isFiltered ? t('Nobody fits') : t('Nobody here')}
      action={
        isFiltered ? (
          <Button variant="default" onClick={clear}>
            {t('Show everybody')}
          </Button>
        ) : null
      }
    >
      {search.q === undefined
        ? t('No account is like that.')
        : t('No account like that is called “{words}”. Try fewer letters, or add a user.', {
            words: search.q,
          })}
    </Notice>
  );
}

type PagesProps = { total: number; page: number; onPage: (page: number) => void };

function Pages({ total, page, onPage }: PagesProps) {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  return (
    <Group justify="space-between" mt="md">
      <Text size="sm" c="dimmed" role="status">
        {t('{count, plural, one {1 user} other {# users}}', { count: total })}
      </Text>
      {pages > 1 ? (
        <Pagination
          total={pages}
          value={page}
          onChange={onPage}
          getControlProps={(control) => ({ 'aria-label': t(pageControls[control]) })}
          getItemProps={(number) => ({ 'aria-label': t('Page {number}', { number }) })}
        />
      ) : null}
    </Group>
  );
}
