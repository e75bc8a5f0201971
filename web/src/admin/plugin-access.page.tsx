import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Card,
  Group,
  NativeSelect,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Grant, GrantEffect, Why } from '#api/access.ts';
import { request } from '#api/client.ts';
import type { AdminPlugin, Group as NamedGroup } from '#api/types.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { PersonSelect } from './person-select.tsx';

export function PluginAccessPage() {
  const { pluginId = '' } = useParams({ strict: false });
  const plugins = useQuery({
    queryKey: ['admin-plugins'],
    queryFn: async ({ signal }) => (await request<{ items: AdminPlugin[] }>('/api/admin/plugins', { signal })).data.items,
  });
  const plugin = plugins.data?.find(({ id }) => id === pluginId);
  const path = `/api/admin/plugins/${encodeURIComponent(pluginId)}`;
  const grants = useQuery({
    queryKey: ['admin-grants', pluginId],
    queryFn: async ({ signal }) => (await request<{ items: Grant[] }>(`${path}/grants`, { signal })).data.items,
  });
  const name = plugin?.name ?? pluginId;
  return (
    <Page
      title={`Who may use ${name}`}
      above="Admin · Plugins"
      lead="Its manifest says which groups may use it. What is said here comes on top; a denial beats everything."
      reading
    >
      {grants.isPending ? (
        <Loading rows={4} />
      ) : grants.error ? (
        <Failure what="Access could not be read" error={grants.error} onRetry={() => void grants.refetch()} />
      ) : (
        <Stack gap="lg">
          <Card component="section" aria-labelledby="words">
            <Title order={2} size="h3" id="words" mb="sm">
              On top of the manifest
            </Title>
            <GrantTable pluginId={pluginId} path={path} grants={grants.data} />
            <AddGrant pluginId={pluginId} path={path} />
          </Card>
          <WhyCard pluginId={pluginId} path={path} />
        </Stack>
      )}
    </Page>
  );
}

type PartProps = { pluginId: string; path: string };

/** Every picture of who may what is old after a change. */
function useForget(pluginId: string) {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['admin-grants', pluginId] }),
      client.invalidateQueries({ queryKey: ['admin-why', pluginId] }),
      client.invalidateQueries({ queryKey: ['plugins'] }),
    ]);
}

function GrantTable({ pluginId, path, grants }: PartProps & { grants: Grant[] }) {
  const forget = useForget(pluginId);
  const remove = useMutation({
    mutationFn: (grant: Grant) => request(`${path}/grants/${grant.id}`, { method: 'DELETE' }),
    onSuccess: (_, grant) => tell(`${nameOf(grant)}: the manifest alone decides again`),
    onError: (error) => tellFailure('Nothing was changed', error),
    onSettled: forget,
  });
  if (grants.length === 0) {
    return (
      <Text size="sm" c="dimmed" mb="md">
        Nothing was said yet: the manifest alone decides.
      </Text>
    );
  }
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="What was said" style={{ marginBottom: 16 }}>
      <Table className="cards-on-phones" verticalSpacing="sm" horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Whom</Table.Th>
            <Table.Th>Access</Table.Th>
            <Table.Th>Said by</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {grants.map((grant) => (
            <Table.Tr key={grant.id}>
              <Table.Td data-head>
                <Text size="sm" fw={550} className="breakable">
                  {nameOf(grant)}
                </Text>
                <Text size="xs" c="dimmed">
                  {grant.group ? 'Group' : grant.user?.email}
                </Text>
              </Table.Td>
              <Table.Td data-label="Access">
                <Badge color={grant.effect === 'allow' ? 'teal' : 'red'}>{grant.effect === 'allow' ? 'Allowed' : 'Denied'}</Badge>
              </Table.Td>
              <Table.Td data-label="Said by">
                <Text size="sm" className="breakable">
                  {grant.granted_by}, <When at={grant.created_at} />
                </Text>
              </Table.Td>
              <Table.Td ta="right" data-tools>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Take back: ${nameOf(grant)}`}
                  loading={remove.isPending && remove.variables.id === grant.id}
                  onClick={() => remove.mutate(grant)}
                >
                  <IconTrash size={18} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function AddGrant({ pluginId, path }: PartProps) {
  const forget = useForget(pluginId);
  const [kind, setKind] = useState<'user' | 'group'>('user');
  const [id, setId] = useState<string | null>(null);
  const [effect, setEffect] = useState<GrantEffect>('allow');
  const groups = useQuery({
    queryKey: ['admin-groups'],
    queryFn: async ({ signal }) => (await request<{ items: NamedGroup[] }>('/api/admin/groups', { signal })).data.items,
    enabled: kind === 'group',
  });
  const put = useMutation({
    mutationFn: () => request<Grant>(`${path}/grants`, { method: 'PUT', body: { [`${kind}_id`]: id, effect } }),
    onSuccess: ({ data }) => {
      tell(`${nameOf(data)}: ${data.effect === 'allow' ? 'allowed' : 'denied'}`);
      setId(null);
    },
    onError: (error) => tellFailure('Nothing was changed', error),
    onSettled: forget,
  });
  return (
    <Group gap="sm" align="flex-end" role="group" aria-label="Say something new">
      <SegmentedControl
        aria-label="A person or a group"
        value={kind}
        onChange={(next) => {
          setKind(next === 'group' ? 'group' : 'user');
          setId(null);
        }}
        data={[
          { value: 'user', label: 'Person' },
          { value: 'group', label: 'Group' },
        ]}
      />
      {kind === 'user' ? (
        <PersonSelect label="Person" value={id} onChange={setId} />
      ) : (
        <Select
          label="Group"
          placeholder="Choose a group"
          searchable
          data={(groups.data ?? []).map((group) => ({ value: group.id, label: group.name }))}
          value={id}
          onChange={setId}
          nothingFoundMessage="No group is called that"
          w={{ base: '100%', sm: 300 }}
        />
      )}
      <NativeSelect
        label="Access"
        value={effect}
        onChange={(event) => setEffect(event.currentTarget.value === 'deny' ? 'deny' : 'allow')}
        data={[
          { value: 'allow', label: 'Allow' },
          { value: 'deny', label: 'Deny' },
        ]}
        w={{ base: '100%', sm: 110 }}
      />
      <Button disabled={id === null} loading={put.isPending} onClick={() => put.mutate()}>
        Save
      </Button>
    </Group>
  );
}

function nameOf({ user, group }: Grant): string {
  return group?.name ?? user?.name ?? '';
}

function WhyCard({ pluginId, path }: PartProps) {
  const [userId, setUserId] = useState<string | null>(null);
  const why = useQuery({
    queryKey: ['admin-why', pluginId, userId],
    queryFn: async ({ signal }) => (await request<Why>(`${path}/why?user_id=${userId ?? ''}`, { signal })).data,
    enabled: userId !== null,
  });
  return (
    <Card component="section" aria-labelledby="why">
      <Title order={2} size="h3" id="why" mb={4}>
        Why can they, or can they not?
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Choose somebody: the answer comes from the very function that decides.
      </Text>
      <PersonSelect label="Whom is it about" value={userId} onChange={setUserId} />
      <div role="status">
        {userId === null ? null : why.isPending ? (
          <Loading rows={2} />
        ) : why.error ? (
          <Failure what="It could not be asked" error={why.error} />
        ) : (
          <WhyAnswer why={why.data} />
        )}
      </div>
    </Card>
  );
}

function WhyAnswer({ why }: { why: Why }) {
  const { may_use: mayUse, may, groups, grants, explanation, user } = why;
  return (
    <>
      <Alert
        mt="md"
        variant="light"
        color={mayUse ? 'teal' : 'gray'}
        icon={mayUse ? <IconCircleCheck size={20} /> : <IconCircleX size={20} />}
        title={mayUse ? `${user.name} may use it` : `${user.name} may not use it`}
      >
        <Stack gap={6}>
          {explanation.map((sentence) => (
            <Text size="sm" key={sentence}>
              {sentence}
            </Text>
          ))}
        </Stack>
      </Alert>
      <Group gap={6} mt="sm">
        {groups.map((group) => (
          <Badge key={group.name} color={group.is_member ? 'teal' : 'gray'}>
            {group.is_member ? `In ${group.name}` : `Not in ${group.name}`}
          </Badge>
        ))}
        {grants.map((grant) => (
          <Badge key={`${grant.via} ${grant.group?.id ?? ''}`} color={grant.effect === 'allow' ? 'teal' : 'red'}>
            {grant.effect === 'allow' ? 'Allowed' : 'Denied'}
            {grant.group ? ` by ${grant.group.name}` : ' in person'}
          </Badge>
        ))}
        {may.write_settings ? <Badge>May change its settings</Badge> : may.read_settings ? <Badge>May see its settings</Badge> : null}
      </Group>
    </>
  );
}
