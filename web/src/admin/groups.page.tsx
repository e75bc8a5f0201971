import { ActionIcon, Button, Card, Group as Row, Modal, MultiSelect, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import IconUsersGroup from '@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs';
import { type FormEvent, useState } from 'react';
import { request } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import type { Group, Member, UserPage } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';

type Open = { kind: 'add' } | { kind: 'edit' | 'delete' | 'members'; group: Group } | null;

export function GroupsPage() {
  const [open, setOpen] = useState<Open>(null);
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) => (await request<{ items: Group[] }>('/api/admin/groups', { signal })).data.items,
  });
  const close = () => setOpen(null);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'add' })}>
      Add group
    </Button>
  );
  return (
    <Page title="Groups" above="Admin" lead="Extensions name the groups that may use them; who is in a group is decided here." action={add}>
      {groups.isPending ? (
        <Loading rows={5} />
      ) : groups.error ? (
        <Failure what="The groups could not be listed" error={groups.error} onRetry={() => void groups.refetch()} />
      ) : groups.data.length === 0 ? (
        <Notice icon={IconUsersGroup} title="No groups yet">
          Add one, put people in it, and extensions can open to it. Extensions also bring the groups that they name.
        </Notice>
      ) : (
        <div className="cards">
          {groups.data.map((group) => (
            <Card key={group.id} padding="md" component="article" aria-label={group.name}>
              <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                {group.name}
              </Text>
              <Text size="sm" c="dimmed" mih={22} className="clamp">
                {group.description || 'No description.'}
              </Text>
              <Row justify="space-between" mt="md" gap={4}>
                <Button variant="default" size="compact-sm" onClick={() => setOpen({ kind: 'members', group })}>
                  {group.member_count === 1 ? '1 member' : `${group.member_count} members`}
                </Button>
                <Row gap={2}>
                  <Button variant="subtle" size="compact-sm" onClick={() => setOpen({ kind: 'edit', group })} aria-label={`Edit ${group.name}`}>
                    Edit
                  </Button>
                  <ActionIcon variant="subtle" color="red" aria-label={`Delete ${group.name}`} onClick={() => setOpen({ kind: 'delete', group })}>
                    <IconTrash size={16} />
                  </ActionIcon>
                </Row>
              </Row>
            </Card>
          ))}
        </div>
      )}
      {open?.kind === 'add' ? <EditGroup group={null} onClose={close} /> : null}
      {open?.kind === 'edit' ? <EditGroup group={open.group} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteGroup group={open.group} onClose={close} /> : null}
      {open?.kind === 'members' ? <Members group={open.group} onClose={close} /> : null}
    </Page>
  );
}

function EditGroup({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const save = useMutation({
    mutationFn: () =>
      request(group ? `/api/admin/groups/${group.id}` : '/api/admin/groups', { method: group ? 'PATCH' : 'POST', body: { name: name.trim(), description } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-groups'] });
      tell(group ? 'Group saved' : 'Group added');
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={group ? 'Edit the group' : 'Add a group'}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description={group ? 'A renamed group keeps its rights.' : undefined}
            required
            withAsterisk={false}
            maxLength={120}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorFor(save.error, '/name')}
          />
          <TextInput
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            error={errorFor(save.error, '/description')}
          />
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {generalError(save.error, ['/name', '/description'])}
          </Text>
          <Row justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {group ? 'Save' : 'Add group'}
            </Button>
          </Row>
        </Stack>
      </form>
    </Modal>
  );
}

function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => request(`/api/admin/groups/${group.id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-groups'] });
      tell(`${group.name} was deleted`);
      onClose();
    },
    onError: (error) => tellFailure('The group was not deleted', error),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === group.name) remove.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`Delete ${group.name}?`}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            {group.member_count === 1 ? 'One person loses' : `${group.member_count} people lose`} what this group opened to them, at once. A new group of the
            same name gets none of its rights.
          </Text>
          <TextInput
            label={`Type ${group.name} to confirm`}
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Row justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red.8" disabled={typed !== group.name} loading={remove.isPending}>
              Delete group
            </Button>
          </Row>
        </Stack>
      </form>
    </Modal>
  );
}

function Members({ group, onClose }: { group: Group; onClose: () => void }) {
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
      const { items } = (await request<UserPage>(`/api/admin/users?${new URLSearchParams({ q: wanted, page: '1', page_size: '20' })}`, { signal })).data;
      setKnown((before) => ({ ...before, ...Object.fromEntries(items.map((user) => [user.id, user.name ? `${user.name} (${user.email})` : user.email])) }));
      return items;
    },
  });
  const refresh = async () => {
    await Promise.all([client.invalidateQueries({ queryKey: ['admin-members', group.id] }), client.invalidateQueries({ queryKey: ['admin-groups'] })]);
  };
  const add = useMutation({
    mutationFn: () => request(path, { method: 'POST', body: { user_ids: chosen } }),
    onSuccess: async () => {
      setChosen([]);
      await refresh();
    },
    onError: (error) => tellFailure('Nobody was added', error),
  });
  const remove = useMutation({
    mutationFn: (userId: string) => request(`${path}/${userId}`, { method: 'DELETE' }),
    onSuccess: refresh,
    onError: (error) => tellFailure('Nobody was removed', error),
  });
  const inside = new Set(members.data?.map((member) => member.id));
  const offered = [...new Set([...chosen, ...(people.data?.map((user) => user.id) ?? [])])].filter((id) => !inside.has(id));
  return (
    <Modal opened onClose={onClose} title={`Members of ${group.name}`} size="lg">
      <Row align="flex-end" gap="xs" mb="md">
        <MultiSelect
          label="Add people"
          placeholder={chosen.length === 0 ? 'Search by name or e-mail' : undefined}
          flex={1}
          searchable
          searchValue={words}
          onSearchChange={setWords}
          data={offered.map((id) => ({ value: id, label: known[id] ?? id }))}
          filter={({ options }) => options}
          value={chosen}
          onChange={setChosen}
          nothingFoundMessage="Nobody else is called that"
        />
        <Button disabled={chosen.length === 0} loading={add.isPending} onClick={() => add.mutate()}>
          Add
        </Button>
      </Row>
      {members.isPending ? (
        <Loading rows={3} />
      ) : members.error ? (
        <Failure what="The members could not be listed" error={members.error} onRetry={() => void members.refetch()} />
      ) : members.data.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nobody is in this group yet.
        </Text>
      ) : (
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.data.map((member) => (
              <Table.Tr key={member.id}>
                <Table.Td>
                  {member.name || member.email}
                  <Text size="xs" c="dimmed">
                    {member.email}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  <Button variant="subtle" color="red" size="compact-sm" aria-label={`Remove ${member.email}`} onClick={() => remove.mutate(member.id)}>
                    Remove
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Modal>
  );
}
