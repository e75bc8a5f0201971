import { ActionIcon, Badge, Button, Chip, Group, Menu, NativeSelect, Pagination, Table, Text, TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconArrowDown from '@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs';
import IconArrowUp from '@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs';
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs';
import IconMail from '@tabler/icons-react/dist/esm/icons/IconMail.mjs';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { request } from '#api/client.ts';
import { useMe } from '#api/session.ts';
import type { AdminUser, UserPage } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { AddUser } from './add-user.tsx';
import { Invite } from './invite.tsx';
import { ResetFactors } from './reset-factors.tsx';
import { ResetLink } from './reset-link.tsx';
import { nextOrder, readUsersSearch, sortOf, type UserColumn, type UserOrder, type UsersSearch, usersQueryString } from './users.rules.ts';

const pageSize = 25;

export function UsersPage() {
  const search = readUsersSearch(useSearch({ strict: false }));
  const { q = '', page = 1, sort, right, state } = search;
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const [isAdding, adding] = useDisclosure(false);
  const [isInviting, inviting] = useDisclosure(false);
  const users = useQuery({
    queryKey: ['admin-users', search],
    queryFn: async ({ signal }) => (await request<UserPage>(`/api/admin/users?${usersQueryString(search, pageSize)}`, { signal })).data,
    placeholderData: keepPreviousData,
  });
  /** Another filter or order begins at its first page; filters replace, pages and orders are steps that Back undoes. */
  const show = (change: { [Key in keyof UsersSearch]: UsersSearch[Key] | undefined }, replace = false) =>
    void navigate({ to: '/admin/users', search: readUsersSearch({ ...search, page: undefined, ...change }), replace });
  const find = useDebouncedCallback((next: string) => show({ q: next }, true), 250);
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
      title="Users"
      above="Admin"
      action={
        <Group gap="xs">
          <Button variant="default" leftSection={<IconMail size={16} aria-hidden />} onClick={inviting.open}>
            Invite
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={adding.open}>
            Add user
          </Button>
        </Group>
      }
    >
      <Group mb="md" gap="sm">
        <TextInput
          aria-label="Search users"
          placeholder="Search by name or e-mail"
          leftSection={<IconSearch size={16} aria-hidden />}
          w={{ base: '100%', sm: 320 }}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            find(event.currentTarget.value.trim());
          }}
        />
        <Group gap={6} role="group" aria-label="Filters">
          {chip('Superusers', right === 'superuser', { right: right === 'superuser' ? undefined : 'superuser' })}
          {chip('Ordinary users', right === 'user', { right: right === 'user' ? undefined : 'user' })}
          {chip('Switched off', state === 'off', { state: state === 'off' ? undefined : 'off' })}
        </Group>
        <NativeSelect
          hiddenFrom="sm"
          aria-label="Order"
          w="100%"
          value={sort ?? ''}
          onChange={(event) => show({ sort: orderNamed(event.currentTarget.value) })}
          data={[
            { value: '', label: 'By e-mail' },
            { value: 'name', label: 'By name' },
            { value: '-created_at', label: 'Newest first' },
            { value: '-last_sign_in_at', label: 'Last signed in first' },
          ]}
        />
      </Group>
      {users.isPending ? (
        <Loading rows={6} />
      ) : users.error ? (
        <Failure what="The users could not be listed" error={users.error} onRetry={() => void users.refetch()} />
      ) : users.data.items.length === 0 ? (
        <Notice
          icon={IconUsers}
          title={isFiltered ? 'Nobody fits' : 'Nobody here'}
          action={
            isFiltered ? (
              <Button variant="default" onClick={clear}>
                Show everybody
              </Button>
            ) : null
          }
        >
          {q === '' ? 'No account is like that.' : `No account like that is called “${q}”. Try fewer letters, or add a user.`}
        </Notice>
      ) : (
        <>
          <div className="table-wrap" tabIndex={0} role="region" aria-label="Users">
            <Table className="cards-on-phones" verticalSpacing="sm" horizontalSpacing="md" highlightOnHover stickyHeader>
              <Table.Thead>
                <Table.Tr>
                  <Head column="name" label="Person" sort={sort} onSort={(order) => show({ sort: order })} />
                  <Table.Th>Groups</Table.Th>
                  <Table.Th>Rights</Table.Th>
                  <Head column="created_at" label="Added" sort={sort} onSort={(order) => show({ sort: order })} />
                  <Head column="last_sign_in_at" label="Last sign-in" sort={sort} onSort={(order) => show({ sort: order })} />
                  <Table.Th>
                    <VisuallyHidden>Actions</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {users.data.items.map((user) => (
                  <UserRow key={user.id} user={user} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
          <Group justify="space-between" mt="md">
            <Text size="sm" c="dimmed" role="status">
              {users.data.total === 1 ? '1 user' : `${users.data.total} users`}
            </Text>
            {pages > 1 ? (
              <Pagination
                total={pages}
                value={page}
                onChange={(next) => show({ page: next })}
                getControlProps={(control) => ({ 'aria-label': `${control} page` })}
                getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
              />
            ) : null}
          </Group>
        </>
      )}
      {isAdding ? <AddUser onClose={adding.close} /> : null}
      {isInviting ? <Invite onClose={inviting.close} /> : null}
    </Page>
  );
}

type HeadProps = { column: UserColumn; label: string; sort: UserOrder | undefined; onSort: (order: UserOrder | undefined) => void };

function Head({ column, label, sort, onSort }: HeadProps) {
  const now = sortOf(sort, column);
  const Arrow = now === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th aria-sort={now}>
      <UnstyledButton className="sort-head" data-active={now !== 'none' || undefined} onClick={() => onSort(nextOrder(sort, column))}>
        {label}
        <Arrow size={14} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}

function orderNamed(value: string): UserOrder | undefined {
  return readUsersSearch({ sort: value }).sort;
}

function UserRow({ user }: { user: AdminUser }) {
  const me = useMe();
  const client = useQueryClient();
  const [isResetting, resetting] = useDisclosure(false);
  const [areFactorsShown, factors] = useDisclosure(false);
  const change = useMutation({
    mutationFn: async (body: { is_superuser?: boolean; is_active?: boolean }) =>
      (await request<AdminUser>(`/api/admin/users/${user.id}`, { method: 'PATCH', body })).data,
    onSuccess: () => tell(`${user.name || user.email} was changed`),
    onError: (error) => tellFailure('Nothing was changed', error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-users'] }),
  });
  return (
    <Table.Tr>
      <Table.Td data-head>
        <Text size="sm" fw={550}>
          {user.name || user.email}
          {user.id === me?.id ? ' (you)' : ''}
        </Text>
        <Text size="xs" c="dimmed">
          {user.email}
        </Text>
      </Table.Td>
      <Table.Td data-label="Groups">
        <Group gap={4}>
          {user.groups.map((group) => (
            <Badge key={group.id} color="gray">
              {group.name}
            </Badge>
          ))}
          {user.groups.length === 0 ? (
            <Text size="sm" c="dimmed">
              None
            </Text>
          ) : null}
        </Group>
      </Table.Td>
      <Table.Td data-label="Rights">
        <Group gap={4}>
          {user.is_superuser ? <Badge>Superuser</Badge> : null}
          {user.is_active ? null : (
            <Badge color={user.awaits_verification ? 'yellow' : 'red'}>{user.awaits_verification ? 'E-mail not verified' : 'Switched off'}</Badge>
          )}
          {!user.is_superuser && user.is_active ? <Text size="sm">User</Text> : null}
        </Group>
      </Table.Td>
      <Table.Td data-label="Added">
        <Text size="sm">
          <When at={user.created_at} />
        </Text>
      </Table.Td>
      <Table.Td data-label="Last sign-in">
        <Text size="sm">{user.last_sign_in_at ? <When at={user.last_sign_in_at} /> : 'Never'}</Text>
      </Table.Td>
      <Table.Td ta="right" data-tools>
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${user.email}`} loading={change.isPending}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => change.mutate({ is_superuser: !user.is_superuser })}>
              {user.is_superuser ? 'Make an ordinary user' : 'Make a superuser'}
            </Menu.Item>
            <Menu.Item disabled={!user.is_active} onClick={resetting.open}>
              Make a reset link
            </Menu.Item>
            <Menu.Item onClick={factors.open}>Second factors …</Menu.Item>
            <Menu.Item {...(user.is_active ? { c: 'var(--mantine-color-error)' } : {})} onClick={() => change.mutate({ is_active: !user.is_active })}>
              {user.is_active ? 'Switch the account off' : 'Switch the account on'}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {isResetting ? <ResetLink user={user} onClose={resetting.close} /> : null}
        {areFactorsShown ? <ResetFactors user={user} onClose={factors.close} /> : null}
      </Table.Td>
    </Table.Tr>
  );
}
