import { Badge, Button, Card, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import IconInbox from '@tabler/icons-react/dist/esm/icons/IconInbox.mjs';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { AccessRequest, AccessRequestPage } from '#api/access.ts';
import { request } from '#api/client.ts';
import { useMe } from '#api/session.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { readRequestsSearch } from './requests.rules.ts';

const pageSize = 25;
const pollMs = 15_000;

export function RequestsPage() {
  const { state = 'pending' } = readRequestsSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const requests = useInfiniteQuery({
    queryKey: ['admin-requests', state],
    queryFn: async ({ signal, pageParam }) =>
      (
        await request<AccessRequestPage>(
          `/api/admin/access-requests?state=${state}&limit=${pageSize}${pageParam === null ? '' : `&cursor=${pageParam}`}`,
          {
            signal,
          },
        )
      ).data,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: pollMs,
  });
  const items = requests.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title="Access requests"
      above="Admin"
      lead={leadFor(requests.data?.pages[0]?.plugins ?? null)}
      reading
    >
      <SegmentedControl
        mb="md"
        aria-label="Which requests"
        value={state}
        onChange={(next) =>
          void navigate({ to: '/admin/requests', search: readRequestsSearch({ state: next }) })
        }
        data={[
          { value: 'pending', label: 'Waiting' },
          { value: 'approved', label: 'Approved' },
          { value: 'refused', label: 'Refused' },
        ]}
      />
      {requests.isPending ? (
        <Loading rows={3} />
      ) : requests.error && items.length === 0 ? (
        <Failure
          what="The requests could not be listed"
          error={requests.error}
          onRetry={() => void requests.refetch()}
        />
      ) : items.length === 0 ? (
        <Notice icon={IconInbox} title={state === 'pending' ? 'Nobody is waiting' : 'None yet'}>
          {state === 'pending'
            ? 'A person who meets an extension that is not open to them can ask for it, and appears here.'
            : `No request was ${state}.`}
        </Notice>
      ) : (
        <Stack>
          {items.map((item) => (
            <RequestCard key={item.id} item={item} />
          ))}
          {requests.hasNextPage ? (
            <Button
              variant="default"
              loading={requests.isFetchingNextPage}
              onClick={() => void requests.fetchNextPage()}
            >
              Show older
            </Button>
          ) : null}
        </Stack>
      )}
    </Page>
  );
}

/** @param plugins those that somebody looks after who is no superuser */
function leadFor(plugins: AccessRequestPage['plugins']): string {
  if (plugins === null) return 'People who would like to use an extension that is not open to them.';
  const names = new Intl.ListFormat('en').format(plugins.map(({ name }) => name));
  return `People who would like to use ${names || 'an extension'}, which you look after.`;
}

function RequestCard({ item }: { item: AccessRequest }) {
  const client = useQueryClient();
  const isSuperuser = useMe()?.is_superuser === true;
  const [groupId, setGroupId] = useState('');
  const decide = useMutation({
    mutationFn: (way: 'approve' | 'refuse') =>
      request(`/api/admin/access-requests/${item.id}/${way}`, {
        method: 'POST',
        ...(way === 'approve' ? { body: groupId === '' ? {} : { group_id: groupId } } : {}),
      }),
    onSuccess: (_, way) =>
      tell(
        way === 'approve' ? `${item.user.name} may use ${item.plugin.name} now` : 'The request was refused',
      ),
    onError: (error) => tellFailure('Nothing was decided', error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-requests'] }),
  });
  const label = `${item.user.name}: ${item.plugin.name}`;
  return (
    <Card component="article" aria-label={label}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Title order={2} size="h3" className="breakable">
            <bdi>{item.user.name}</bdi> asks for <bdi>{item.plugin.name}</bdi>
          </Title>
          <Text size="sm" c="dimmed" className="breakable">
            {item.user.email} · <When at={item.created_at} />
          </Text>
        </div>
        {item.state === 'pending' ? null : (
          <Badge className="whole" color={item.state === 'approved' ? 'teal' : 'gray'}>
            {item.state === 'approved' ? 'Approved' : 'Refused'}
          </Badge>
        )}
      </Group>
      {item.reason ? (
        <Text size="sm" mt="sm" className="breakable" dir="auto" style={{ whiteSpace: 'pre-line' }}>
          {item.reason}
        </Text>
      ) : null}
      {item.state === 'pending' ? (
        <Group mt="md" gap="sm" align="flex-end">
          {item.groups.length > 0 ? (
            <Select
              label="How"
              w={{ base: '100%', sm: 280 }}
              value={groupId}
              onChange={(value) => setGroupId(value ?? '')}
              allowDeselect={false}
              data={[
                { value: '', label: 'Open it to this person alone' },
                ...item.groups.map((group) => ({ value: group.id, label: `Add to the group ${group.name}` })),
              ]}
              comboboxProps={{ withinPortal: true }}
            />
          ) : null}
          <Button
            loading={decide.isPending && decide.variables === 'approve'}
            onClick={() => decide.mutate('approve')}
            aria-label={`Approve: ${label}`}
          >
            Approve
          </Button>
          <Button
            variant="default"
            loading={decide.isPending && decide.variables === 'refuse'}
            onClick={() => decide.mutate('refuse')}
            aria-label={`Refuse: ${label}`}
          >
            Refuse
          </Button>
        </Group>
      ) : (
        <Text size="sm" c="dimmed" mt="sm">
          {item.decided_by ? `By ${item.decided_by} ` : ''}
          {item.decided_at ? <When at={item.decided_at} /> : null}
          {isSuperuser ? (
            <>
              {' '}
              ·{' '}
              <Link
                to="/admin/plugins/$pluginId"
                params={{ pluginId: item.plugin.id }}
                style={{ color: 'var(--mantine-color-anchor)' }}
              >
                Who may use {item.plugin.name}
              </Link>
            </>
          ) : null}
        </Text>
      )}
    </Card>
  );
}
