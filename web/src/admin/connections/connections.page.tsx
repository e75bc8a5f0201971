/** What extensions ask for, the connections that there are, and what was used. */
import { Badge, Button, Card, Group, Menu, Select, Stack, Table, Text, Title } from '@mantine/core';
import type { Connection, ConnectionWishState } from '@berth/plugin-kit/contract/wire/connections.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconCloudLock from '@tabler/icons-react/dist/esm/icons/IconCloudLock.mjs';
import { useState } from 'react';
import { connectionsQuery, giveConnection } from '#api/connections.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { locale, t } from '#words/words.ts';
import { ConnectionForm } from './connection-form.tsx';
import { TryConnection } from './connection-test.tsx';
import { kindWords, moneyWords, providerWords } from './connection-words.ts';
import { RemoveConnection } from './remove-connection.tsx';
import { Usage } from './usage.tsx';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

type Open = { window: 'edit' | 'test' | 'remove'; connection: Connection } | { window: 'add' } | null;

export function ConnectionsPage() {
  const list = useQuery(connectionsQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const add = <Button onClick={() => setOpen({ window: 'add' })}>{t('Add connection')}</Button>;
  return (
    <Page
      title={t('Connections')}
      above={t('Admin')}
      lead={t('Services outside that extensions may use. Berth holds the key and makes the call.')}
      action={list.data && list.data.items.length > 0 ? add : null}
    >
      <Answered query={list} what={t('The connections could not be read')}>
        {(data) => (
          <Stack gap="xl">
            {data.wishes.length > 0 ? <Wishes wishes={data.wishes} connections={data.items} /> : null}
            {data.items.length === 0 ? (
              <Notice icon={IconCloudLock} title={t('There is no connection yet')} action={add}>
                {data.wishes.length > 0
                  ? t('Add one, and give it to what asks for it.')
                  : t('No extension asks for one. When one does, it is shown here.')}
              </Notice>
            ) : (
              <ConnectionTable connections={data.items} onOpen={setOpen} />
            )}
            {data.items.length > 0 ? <Usage /> : null}
          </Stack>
        )}
      </Answered>
      {open?.window === 'add' ? <ConnectionForm connection={null} onClose={close} /> : null}
      {open?.window === 'edit' ? <ConnectionForm connection={open.connection} onClose={close} /> : null}
      {open?.window === 'test' ? <TryConnection connection={open.connection} onClose={close} /> : null}
      {open?.window === 'remove' ? <RemoveConnection connection={open.connection} onClose={close} /> : null}
    </Page>
  );
}

export function Wishes({
  wishes,
  connections,
}: {
  wishes: readonly ConnectionWishState[];
  connections: readonly Connection[];
}) {
  return (
    <Card component="section" aria-labelledby="wishes">
      <Title order={2} size="h3" id="wishes" mb="sm">
        {t('What extensions ask for')}
      </Title>
      <Stack gap="md">
        {wishes.map((wish) => (
          <Wish key={`${wish.plugin_id} ${wish.name}`} wish={wish} connections={connections} />
        ))}
      </Stack>
    </Card>
  );
}

function Wish({ wish, connections }: { wish: ConnectionWishState; connections: readonly Connection[] }) {
  const client = useQueryClient();
  const fitting = connections.filter(({ kinds }) => kinds.includes(wish.kind));
  const give = useMutation({
    mutationFn: (connectionId: string | null) => giveConnection(wish.plugin_id, wish.name, connectionId),
    onSuccess: (_, connectionId) =>
      tell(
        connectionId === null
          ? t('Taken back from {plugin}', { plugin: wish.plugin_name })
          : t('{plugin} may use it from now on', { plugin: wish.plugin_name }),
      ),
    onError: (error) => tellFailure(t('Nothing was changed'), error),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin-connections'] }),
  });
  return (
    <Group justify="space-between" align="center" gap="sm">
      <div style={{ minWidth: 0, flex: '1 1 260px' }}>
        <Text fw={550}>
          {wish.plugin_name}{' '}
          <Text span c="dimmed" size="sm" fw={400}>
            {wish.optional
              ? t('{kind}, works without it', { kind: kindWords(wish.kind) })
              : t('{kind}, needed', { kind: kindWords(wish.kind) })}
          </Text>
        </Text>
        <Text size="sm" c="dimmed" className={textStyles['breakable']}>
          {wish.reason === '' ? t('It calls it “{name}”.', { name: wish.name }) : wish.reason}
        </Text>
      </div>
      <Select
        aria-label={t('Connection of {plugin} for {name}', {
          plugin: wish.plugin_name,
          name: wish.name,
        })}
        w={260}
        maw="100%"
        placeholder={fitting.length === 0 ? t('No connection of this kind') : t('Not given')}
        disabled={give.isPending || (fitting.length === 0 && wish.connection_id === null)}
        data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
        value={wish.connection_id}
        clearable
        clearButtonProps={{
          'aria-label': t('Take the connection back from {plugin}', { plugin: wish.plugin_name }),
        }}
        onChange={(connectionId) => give.mutate(connectionId)}
      />
    </Group>
  );
}

function ConnectionTable({
  connections,
  onOpen,
}: {
  connections: readonly Connection[];
  onOpen: (open: Open) => void;
}) {
  return (
    <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Connections')}>
      <Table
        className={tableStyles['cardsOnPhones']}
        verticalSpacing="sm"
        horizontalSpacing="md"
        highlightOnHover
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Name')}</Table.Th>
            <Table.Th>{t('Service')}</Table.Th>
            <Table.Th>{t('Used by')}</Table.Th>
            <Table.Th>{t('This month')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {connections.map((connection) => (
            <ConnectionRow key={connection.id} connection={connection} onOpen={onOpen} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function ConnectionRow({ connection, onOpen }: { connection: Connection; onOpen: (open: Open) => void }) {
  const { name, options, secret, bound_to: users, this_month: month } = connection;
  return (
    <Table.Tr>
      <Table.Td data-head>
        <Text size="sm" fw={550} className={textStyles['breakable']}>
          {name}
        </Text>
      </Table.Td>
      <Table.Td data-label={t('Service')}>
        <div>
          <Text size="sm">
            {t(providerWords[options.provider].label)}
            {options.model ? `, ${options.model}` : ''}
          </Text>
          <Text size="xs" c="dimmed" className={textStyles['mono']}>
            {options.url}
          </Text>
          <Group gap={6} mt={4}>
            <Badge className={textStyles['whole']} variant="light" color={options.is_local ? 'teal' : 'gray'}>
              {options.is_local ? t('Inside my network') : t('Outside')}
            </Badge>
            {secret === null ? (
              <Badge className={textStyles['whole']} variant="light" color="yellow">
                {t('No key')}
              </Badge>
            ) : null}
          </Group>
        </div>
      </Table.Td>
      <Table.Td data-label={t('Used by')}>
        <Text size="sm" {...(users.length === 0 ? { c: 'dimmed' } : {})}>
          {users.length === 0 ? t('Not given yet') : users.map(({ plugin_id: id }) => id).join(', ')}
        </Text>
      </Table.Td>
      <Table.Td data-label={t('This month')}>
        <Text size="sm">
          {month.calls === 0
            ? t('No calls')
            : t('{count, plural, one {1 call} other {# calls}}, {cost}', {
                count: month.calls,
                cost: moneyWords(month.cost, options.price.currency),
              })}
          {month.failed > 0 ? (
            <Text span size="sm" c="var(--mantine-color-error)">
              {', '}
              {t('{failed} failed', { failed: month.failed.toLocaleString(locale()) })}
            </Text>
          ) : null}
        </Text>
      </Table.Td>
      <Table.Td ta="right" data-tools>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t('Test {name}', { name })}
            onClick={() => onOpen({ window: 'test', connection })}
          >
            {t('Test')}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle" size="compact-sm" aria-label={t('More for {name}', { name })}>
                {t('More')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onOpen({ window: 'edit', connection })}>{t('Edit')}</Menu.Item>
              <Menu.Item color="red" onClick={() => onOpen({ window: 'remove', connection })}>
                {t('Remove')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
