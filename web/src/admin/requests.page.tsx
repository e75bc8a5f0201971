import { Badge, Button, Card, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import IconInbox from '@tabler/icons-react/dist/esm/icons/IconInbox.mjs';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { AccessRequest, AccessRequestPage } from '#api/access.ts';
import { request } from '#api/client.ts';
import { useMe } from '#api/session.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { Email } from '#shell/email.tsx';
import { listed, msg, t } from '#words/words.ts';
import { readRequestsSearch } from './requests.rules.ts';
import textStyles from '#shell/text.module.css';

const pageSize = 25;
const pollMs = 15_000;

export function RequestsPage() {
  const { state = 'pending' } = readRequestsSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const requests = useInfiniteQuery({
    queryKey: ['admin-requests', state],
    queryFn: async ({ signal, pageParam }) => {
      const cursor = pageParam === null ? '' : `&cursor=${pageParam}`;
      const path = `/api/admin/access-requests?state=${state}&limit=${pageSize}${cursor}`;
      return (await request<AccessRequestPage>(path, { signal })).data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: pollMs,
  });
  const items = requests.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t('Access requests')}
      above={t('Admin')}
      lead={leadFor(requests.data?.pages[0]?.plugins ?? null)}
      reading
    >
      <SegmentedControl
        mb="md"
        aria-label={t('Which requests')}
        value={state}
        onChange={(next) =>
          void navigate({ to: '/admin/requests', search: readRequestsSearch({ state: next }) })
        }
        data={[
          { value: 'pending', label: t('Waiting') },
          { value: 'approved', label: t('Approved') },
          { value: 'refused', label: t('Refused') },
        ]}
      />
      <Answered query={requests} what={t('The requests could not be listed')} rows={3}>
        {() =>
          items.length === 0 ? (
            <Notice icon={IconInbox} title={state === 'pending' ? t('Nobody is waiting') : t('None yet')}>
              {noneWords(state)}
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
                  {t('Show older')}
                </Button>
              ) : null}
            </Stack>
          )
        }
      </Answered>
    </Page>
  );
}

function noneWords(state: 'pending' | 'approved' | 'refused'): string {
  if (state === 'approved') return t('No request was approved.');
  if (state === 'refused') return t('No request was refused.');
  return t('A person who meets an extension that is not open to them can ask for it, and appears here.');
}

/** @param plugins those that somebody looks after who is no superuser */
function leadFor(plugins: AccessRequestPage['plugins']): string {
  if (plugins === null) return t('People who would like to use an extension that is not open to them.');
  return t('People who would like to use {names}, which you look after.', {
    names: listed(plugins.map(({ name }) => name)) || t('an extension'),
  });
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
        way === 'approve'
          ? t('{person} may use {extension} now', {
              person: item.user.name,
              extension: item.plugin.name,
            })
          : t('The request was refused'),
      ),
    onError: (error) => tellFailure(t('Nothing was decided'), error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-requests'] }),
  });
  const label = `${item.user.name}: ${item.plugin.name}`;
  return (
    <Card component="article" aria-label={label}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Title order={2} size="h3" className={textStyles['breakable']}>
            <Words
              text={msg('<person/> asks for <extension/>')}
              parts={{
                person: <bdi>{item.user.name}</bdi>,
                extension: <bdi>{item.plugin.name}</bdi>,
              }}
            />
          </Title>
          <Text size="sm" c="dimmed">
            <Email>{item.user.email}</Email> · <When at={item.created_at} />
          </Text>
        </div>
        {item.state === 'pending' ? null : (
          <Badge className={textStyles['whole']} color={item.state === 'approved' ? 'teal' : 'gray'}>
            {item.state === 'approved' ? t('Approved') : t('Refused')}
          </Badge>
        )}
      </Group>
      {item.reason ? (
        <Text
          size="sm"
          mt="sm"
          className={textStyles['breakable']}
          dir="auto"
          style={{ whiteSpace: 'pre-line' }}
        >
          {item.reason}
        </Text>
      ) : null}
      {item.state === 'pending' ? (
        <Group mt="md" gap="sm" align="flex-end">
          {item.groups.length > 0 ? (
            <Select
              label={t('How')}
              w={{ base: '100%', sm: 280 }}
              value={groupId}
              onChange={(value) => setGroupId(value ?? '')}
              allowDeselect={false}
              data={[
                { value: '', label: t('Open it to this person alone') },
                ...item.groups.map((group) => ({
                  value: group.id,
                  label: t('Add to the group {name}', { name: group.name }),
                })),
              ]}
              comboboxProps={{ withinPortal: true }}
            />
          ) : null}
          <Button
            loading={decide.isPending && decide.variables === 'approve'}
            onClick={() => decide.mutate('approve')}
            aria-label={t('Approve: {label}', { label })}
          >
            {t('Approve')}
          </Button>
          <Button
            variant="default"
            loading={decide.isPending && decide.variables === 'refuse'}
            onClick={() => decide.mutate('refuse')}
            aria-label={t('Refuse: {label}', { label })}
          >
            {t('Refuse')}
          </Button>
        </Group>
      ) : (
        <Text size="sm" c="dimmed" mt="sm">
          {item.decided_by ? `${t('By {person}', { person: item.decided_by })} ` : ''}
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
                {t('Who may use {name}', { name: item.plugin.name })}
              </Link>
            </>
          ) : null}
        </Text>
      )}
    </Card>
  );
}
