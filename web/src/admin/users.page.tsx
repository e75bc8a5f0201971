import {
  Button,
  Checkbox,
  Chip,
  Group,
  NativeSelect,
  Pagination,
  Table,
  Text,
  TextInput,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import IconArrowDown from '@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs';
import IconArrowUp from '@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs';
import IconMail from '@tabler/icons-react/dist/esm/icons/IconMail.mjs';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { request } from '#api/client.ts';
import type { UserPage } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { pageControls } from './page-controls.ts';
import { AddUser } from './add-user.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { Invite } from './invite.tsx';
import { UserRow } from './user-row.tsx';
import {
  nextOrder,
  readUsersSearch,
  sortOf,
  type UserColumn,
  type UserOrder,
  type UsersSearch,
  usersQueryString,
} from './users.rules.ts';
import chipStyles from './chips.module.css';
import styles from './users.module.css';
import tableStyles from '#shell/table.module.css';

const pageSize = 25;

export function UsersPage() {
  const search = readUsersSearch(useSearch({ strict: false }));
  const { q = '', page = 1, sort, right, state } = search;
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAdding, adding] = useDisclosure(false);
  const [isInviting, inviting] = useDisclosure(false);
  const users = useQuery({
    queryKey: ['admin-users', search],
    queryFn: async ({ signal }) =>
      (await request<UserPage>(`/api/admin/users?${usersQueryString(search, pageSize)}`, { signal })).data,
    placeholderData: keepPreviousData,
  });
  /** Another filter or order begins at its first page; filters replace, pages and orders are steps that Back undoes. */
  const show = (change: { [Key in keyof UsersSearch]: UsersSearch[Key] | undefined }, replace = false) =>
    void navigate({
      to: '/admin/users',
      search: readUsersSearch({ ...search, page: undefined, ...change }),
      replace,
    });
  const find = useDebouncedCallback((next: string) => show({ q: next }, true), 250);
  /** Who is not on this page is not meant: nobody changes what they do not see. */
  const chosenHere = (users.data?.items ?? []).filter(({ id }) => chosen.has(id));
  const areAllChosen = chosenHere.length > 0 && chosenHere.length === users.data?.items.length;
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) =>
      isChosen ? new Set([...before, id]) : new Set([...before].filter((one) => one !== id)),
    );
  const pages = Math.max(1, Math.ceil((users.data?.total ?? 0) / pageSize));
  const isFiltered = q !== '' || right !== undefined || state !== undefined;
  const clear = () => {
    setWords('');
    show({ q: undefined, right: undefined, state: undefined });
  };
  const chip = (label: string, isOn: boolean, change: Parameters<typeof show>[0]) => (
    <Chip checked={isOn} onChange={() => show(change)} variant="outline" size="sm">
      {label}
    </Chip>
  );
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
      <Group mb="md" gap="sm">
        <TextInput
          aria-label={t('Search users')}
          placeholder={t('Search by name or e-mail')}
          leftSection={<IconSearch size={16} aria-hidden />}
          w={{ base: '100%', sm: 320 }}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            find(event.currentTarget.value.trim());
          }}
        />
        <Group gap={6} role="group" aria-label={t('Filters')} className={chipStyles['row']}>
          {chip(t('Superusers'), right === 'superuser', {
            right: right === 'superuser' ? undefined : 'superuser',
          })}
          {chip(t('Ordinary users'), right === 'user', { right: right === 'user' ? undefined : 'user' })}
          {chip(t('Switched off'), state === 'off', { state: state === 'off' ? undefined : 'off' })}
        </Group>
        <NativeSelect
          hiddenFrom="sm"
          aria-label={t('Order')}
          w="100%"
          value={sort ?? ''}
          onChange={(event) => show({ sort: orderNamed(event.currentTarget.value) })}
          data={[
            { value: '', label: t('By e-mail') },
            { value: 'name', label: t('By name') },
            { value: '-created_at', label: t('Newest first') },
            { value: '-last_sign_in_at', label: t('Last signed in first') },
          ]}
        />
      </Group>
      {users.isPending ? (
        <Loading rows={6} />
      ) : users.error ? (
        <Failure
          what={t('The users could not be listed')}
          error={users.error}
          onRetry={() => void users.refetch()}
        />
      ) : users.data.items.length === 0 ? (
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
          {q === ''
            ? t('No account is like that.')
            : t('No account like that is called “{words}”. Try fewer letters, or add a user.', { words: q })}
        </Notice>
      ) : (
        <>
          <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Users')}>
            <Table
              className={tableStyles['cardsOnPhones']}
              verticalSpacing="sm"
              horizontalSpacing="md"
              highlightOnHover
              stickyHeader
            >
              <Table.Thead>
                <Table.Tr>
                  <Head
                    column="name"
                    label={t('Person')}
                    sort={sort}
                    onSort={(order) => show({ sort: order })}
                  >
                    <Checkbox
                      aria-label={t('Choose everybody on this page')}
                      checked={areAllChosen}
                      indeterminate={chosenHere.length > 0 && !areAllChosen}
                      onChange={() =>
                        setChosen(new Set(areAllChosen ? [] : users.data.items.map(({ id }) => id)))
                      }
                    />
                  </Head>
                  <Table.Th>{t('Groups')}</Table.Th>
                  <Table.Th>{t('Rights')}</Table.Th>
                  <Head
                    column="created_at"
                    label={t('Added')}
                    sort={sort}
                    onSort={(order) => show({ sort: order })}
                  />
                  <Head
                    column="last_sign_in_at"
                    label={t('Last sign-in')}
                    sort={sort}
                    onSort={(order) => show({ sort: order })}
                  />
                  <Table.Th>
                    <VisuallyHidden>{t('Actions')}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {users.data.items.map((user) => (
                  <UserRow
                    key={user.id}
                    user={user}
                    isChosen={chosen.has(user.id)}
                    onChoose={(isChosen) => choose(user.id, isChosen)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </div>
          <Group justify="space-between" mt="md">
            <Text size="sm" c="dimmed" role="status">
              {t('{count, plural, one {1 user} other {# users}}', { count: users.data.total })}
            </Text>
            {pages > 1 ? (
              <Pagination
                total={pages}
                value={page}
                onChange={(next) => show({ page: next })}
                getControlProps={(control) => ({ 'aria-label': t(pageControls[control]) })}
                getItemProps={(number) => ({ 'aria-label': t('Page {number}', { number }) })}
              />
            ) : null}
          </Group>
        </>
      )}
      {chosenHere.length > 0 ? <BulkBar users={chosenHere} onDone={() => setChosen(new Set())} /> : null}
      {isAdding ? <AddUser onClose={adding.close} /> : null}
      {isInviting ? <Invite onClose={inviting.close} /> : null}
    </Page>
  );
}

type HeadProps = {
  column: UserColumn;
  label: string;
  sort: UserOrder | undefined;
  onSort: (order: UserOrder | undefined) => void;
  children?: ReactNode;
};

function Head({ column, label, sort, onSort, children }: HeadProps) {
  const now = sortOf(sort, column);
  const Arrow = now === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th aria-sort={now} {...(column === 'name' ? { miw: 220 } : {})}>
      <Group gap="sm" wrap="nowrap">
        {children}
        <UnstyledButton
          className={styles['sortHead']}
          data-active={now !== 'none' || undefined}
          onClick={() => onSort(nextOrder(sort, column))}
        >
          {label}
          <Arrow size={14} aria-hidden />
        </UnstyledButton>
      </Group>
    </Table.Th>
  );
}

function orderNamed(value: string): UserOrder | undefined {
  return readUsersSearch({ sort: value }).sort;
}
