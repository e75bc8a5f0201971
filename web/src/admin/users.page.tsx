import { Badge, Button, Group, Menu, Modal, PasswordInput, Pagination, Stack, Switch, Table, Text, TextInput, ActionIcon, VisuallyHidden } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { useMe } from '#api/session.ts';
import type { AdminUser, UserPage } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';

const pageSize = 25;

export function UsersPage() {
  const search: { q?: string; page?: number } = useSearch({ strict: false });
  const { q = '', page = 1 } = search;
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const [isAdding, adding] = useDisclosure(false);
  const users = useQuery({
    queryKey: ['admin-users', q, page],
    queryFn: async ({ signal }) =>
      (await request<UserPage>(`/api/admin/users?${new URLSearchParams({ q, page: String(page), page_size: String(pageSize) })}`, { signal })).data,
    placeholderData: keepPreviousData,
  });
  const find = useDebouncedCallback((next: string) => void navigate({ to: '/admin/users', search: next ? { q: next } : {}, replace: true }), 250);
  const pages = Math.max(1, Math.ceil((users.data?.total ?? 0) / pageSize));
  return (
    <Page
      title="Users"
      above="Admin"
      action={
        <Button leftSection={<IconPlus size={16} />} onClick={adding.open}>
          Add user
        </Button>
      }
    >
      <TextInput
        aria-label="Search users"
        placeholder="Search by name or e-mail"
        leftSection={<IconSearch size={16} aria-hidden />}
        maw={340}
        mb="md"
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          find(event.currentTarget.value.trim());
        }}
      />
      {users.isPending ? (
        <Loading rows={6} />
      ) : users.error ? (
        <Failure what="The users could not be listed" error={users.error} onRetry={() => void users.refetch()} />
      ) : users.data.items.length === 0 ? (
        <Notice icon={IconUsers} title="Nobody is called that">
          Try fewer letters, or add a user.
        </Notice>
      ) : (
        <>
          <div className="table-wrap" tabIndex={0} role="region" aria-label="Users">
            <Table verticalSpacing="sm" horizontalSpacing="md" miw={680} highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Person</Table.Th>
                  <Table.Th>Groups</Table.Th>
                  <Table.Th>Rights</Table.Th>
                  <Table.Th>Last sign-in</Table.Th>
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
            <Text size="sm" c="dimmed">
              {users.data.total === 1 ? '1 user' : `${users.data.total} users`}
            </Text>
            {pages > 1 ? (
              <Pagination
                total={pages}
                value={page}
                onChange={(next) => void navigate({ to: '/admin/users', search: { ...(q ? { q } : {}), ...(next > 1 ? { page: next } : {}) } })}
                getControlProps={(control) => ({ 'aria-label': `${control} page` })}
                getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
              />
            ) : null}
          </Group>
        </>
      )}
      {isAdding ? <AddUser onClose={adding.close} /> : null}
    </Page>
  );
}

function UserRow({ user }: { user: AdminUser }) {
  const me = useMe();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async (body: { is_superuser?: boolean; is_active?: boolean }) =>
      (await request<AdminUser>(`/api/admin/users/${user.id}`, { method: 'PATCH', body })).data,
    onSuccess: () => tell(`${user.name || user.email} was changed`),
    onError: (error) => tellFailure('Nothing was changed', error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-users'] }),
  });
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {user.name || user.email}
          {user.id === me?.id ? ' (you)' : ''}
        </Text>
        <Text size="xs" c="dimmed">
          {user.email}
        </Text>
      </Table.Td>
      <Table.Td>
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
      <Table.Td>
        <Group gap={4}>
          {user.is_superuser ? <Badge>Superuser</Badge> : null}
          {user.is_active ? null : <Badge color="red">Switched off</Badge>}
          {!user.is_superuser && user.is_active ? <Text size="sm">User</Text> : null}
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{user.last_sign_in_at ? <When at={user.last_sign_in_at} /> : 'Never'}</Text>
      </Table.Td>
      <Table.Td ta="right">
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
            <Menu.Item {...(user.is_active ? { c: 'var(--mantine-color-error)' } : {})} onClick={() => change.mutate({ is_active: !user.is_active })}>
              {user.is_active ? 'Switch the account off' : 'Switch the account on'}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [isSuperuser, setSuperuser] = useState(false);
  const add = useMutation({
    mutationFn: () =>
      request('/api/admin/users', { method: 'POST', body: { email, password, is_superuser: isSuperuser, ...(name.trim() ? { name: name.trim() } : {}) } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-users'] });
      tell(`${email} can sign in now`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Add a user">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            required
            withAsterisk={false}
            autoComplete="off"
            data-autofocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={errorFor(add.error, '/email')}
          />
          <TextInput
            label="Name"
            description="Optional."
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorFor(add.error, '/name')}
          />
          <PasswordInput
            label="First password"
            description="Tell it to them; they can change it in their profile."
            required
            withAsterisk={false}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={errorFor(add.error, '/password')}
            visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          />
          <Switch
            label="Superuser"
            description="Can do everything here."
            checked={isSuperuser}
            onChange={(event) => setSuperuser(event.currentTarget.checked)}
          />
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {generalError(add.error, ['/email', '/name', '/password'])}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending}>
              Add user
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
