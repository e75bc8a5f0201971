import { Badge, Button, Code, Group, Menu, Modal, NativeSelect, Stack, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import IconDownload from '@tabler/icons-react/dist/esm/icons/IconDownload.mjs';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconShieldCheck from '@tabler/icons-react/dist/esm/icons/IconShieldCheck.mjs';
import IconShieldX from '@tabler/icons-react/dist/esm/icons/IconShieldX.mjs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditEvent, AuditPage as AuditRows, AuditVerdict } from '#api/access.ts';
import { request } from '#api/client.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { actionWords, auditQueryString, type AuditSearch, detailLines, outcomeLook, readAuditSearch } from './audit.rules.ts';

const pageSize = '50';
const verdictStaleMs = 5 * 60_000;

export function AuditPage() {
  const search = readAuditSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [opened, setOpened] = useState<AuditEvent | null>(null);
  const events = useInfiniteQuery({
    queryKey: ['admin-audit', search],
    queryFn: async ({ signal, pageParam }) => {
      const query = auditQueryString(search, { limit: pageSize, ...(pageParam === null ? {} : { cursor: pageParam }) });
      return (await request<AuditRows>(`/api/admin/audit?${query}`, { signal })).data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
  const show = (change: { [Key in keyof AuditSearch]: AuditSearch[Key] | undefined }) =>
    void navigate({ to: '/admin/audit', search: readAuditSearch({ ...search, ...change }), replace: true });
  const rows = events.data?.pages.flatMap(({ items }) => items) ?? [];
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page title="Audit" above="Admin" lead="Who did what, when and from where. Rows are added and never changed." action={<Export search={search} />}>
      <Chain />
      <Filters key={isFiltered ? 'filtered' : 'all'} search={search} actions={events.data?.pages[0]?.actions ?? []} onChange={show} />
      {events.isPending ? (
        <Loading rows={6} />
      ) : events.error && rows.length === 0 ? (
        <Failure what="The audit could not be read" error={events.error} onRetry={() => void events.refetch()} />
      ) : rows.length === 0 ? (
        <Notice
          icon={IconHistory}
          title="Nothing fits"
          action={
            <Button variant="default" onClick={() => void navigate({ to: '/admin/audit', search: {}, replace: true })}>
              Show everything
            </Button>
          }
        >
          No event is like that. Try fewer filters or more days.
        </Notice>
      ) : (
        <>
          <div className="table-wrap" tabIndex={0} role="region" aria-label="Events">
            <Table className="cards-on-phones" verticalSpacing="sm" horizontalSpacing="md" highlightOnHover stickyHeader>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>To what</Table.Th>
                  <Table.Th>Outcome</Table.Th>
                  <Table.Th>Address</Table.Th>
                  <Table.Th>When</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((event) => (
                  <EventRow key={event.seq} event={event} onOpen={() => setOpened(event)} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
          <Group justify="space-between" mt="md">
            <Text size="sm" c="dimmed" role="status">
              {rows.length === 1 ? '1 event' : `${rows.length} events`}
              {events.hasNextPage ? ', and older ones' : ''}
            </Text>
            {events.hasNextPage ? (
              <Button variant="default" loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
                Show older
              </Button>
            ) : null}
          </Group>
        </>
      )}
      {opened ? <EventDetails event={opened} onClose={() => setOpened(null)} /> : null}
    </Page>
  );
}

type FiltersProps = {
  search: AuditSearch;
  actions: readonly string[];
  onChange: (change: { [Key in keyof AuditSearch]: AuditSearch[Key] | undefined }) => void;
};

function Filters({ search, actions, onChange }: FiltersProps) {
  const [words, setWords] = useState(search.q ?? '');
  const [actor, setActor] = useState(search.actor ?? '');
  const find = useDebouncedCallback(onChange, 250);
  const known = search.action !== undefined && !actions.includes(search.action) ? [...actions, search.action] : actions;
  return (
    <Group mb="md" gap="sm" align="flex-end" role="group" aria-label="Filters">
      <TextInput
        label="Search"
        placeholder="Target, address or request id"
        leftSection={<IconSearch size={16} aria-hidden />}
        w={{ base: '100%', sm: 260 }}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          find({ q: event.currentTarget.value.trim() });
        }}
      />
      <NativeSelect
        label="What"
        w={{ base: '100%', sm: 240 }}
        value={search.action ?? ''}
        onChange={(event) => onChange({ action: event.currentTarget.value })}
        data={[{ value: '', label: 'Everything' }, ...known.map((action) => ({ value: action, label: actionWords(action) }))]}
      />
      <TextInput
        label="Who"
        placeholder="E-mail"
        w={{ base: '100%', sm: 200 }}
        value={actor}
        onChange={(event) => {
          setActor(event.currentTarget.value);
          find({ actor: event.currentTarget.value.trim() });
        }}
      />
      <NativeSelect
        label="Outcome"
        w={{ base: '100%', sm: 150 }}
        value={search.outcome ?? ''}
        onChange={(event) => onChange({ outcome: readAuditSearch({ outcome: event.currentTarget.value }).outcome })}
        data={[{ value: '', label: 'Any' }, ...Object.entries(outcomeLook).map(([value, { label }]) => ({ value, label }))]}
      />
      <Group gap="sm" wrap="nowrap" w={{ base: '100%', sm: 'auto' }}>
        <TextInput label="From" type="date" flex={1} value={search.from ?? ''} onChange={(event) => onChange({ from: event.currentTarget.value })} />
        <TextInput label="To" type="date" flex={1} value={search.to ?? ''} onChange={(event) => onChange({ to: event.currentTarget.value })} />
      </Group>
    </Group>
  );
}

function EventRow({ event, onOpen }: { event: AuditEvent; onOpen: () => void }) {
  const look = outcomeLook[event.outcome];
  return (
    <Table.Tr>
      <Table.Td data-head>
        <UnstyledButton onClick={onOpen} aria-haspopup="dialog" fz="sm" fw={550} className="row-opener">
          {actionWords(event.action)}
        </UnstyledButton>
      </Table.Td>
      <Table.Td data-label="Who">
        <Text size="sm" className="breakable">
          {event.actor?.email ?? event.actor?.id ?? 'Nobody signed in'}
        </Text>
      </Table.Td>
      <Table.Td data-label="To what">
        <Text size="sm" className="breakable" lineClamp={2}>
          {targetWords(event)}
        </Text>
      </Table.Td>
      <Table.Td data-label="Outcome">
        <Badge color={look.color}>{look.label}</Badge>
      </Table.Td>
      <Table.Td data-label="Address">
        <Text size="sm" className="mono">
          {event.address ?? ''}
        </Text>
      </Table.Td>
      <Table.Td data-label="When">
        <Text size="sm">
          <When at={event.at} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

/** A name where the row has one; ids say little. */
function targetWords({ target, details }: AuditEvent): string {
  const name = details['name'] ?? details['email'] ?? details['subject'] ?? details['plugin'];
  if (typeof name === 'string')
    return details['plugin'] !== undefined && typeof details['email'] === 'string' ? `${details['email']}, ${String(details['plugin'])}` : name;
  return target ?? '';
}

function EventDetails({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const lines = [
    { name: 'who', value: event.actor ? [event.actor.email, event.actor.id].filter(Boolean).join(' · ') : 'nobody who is signed in' },
    { name: 'action', value: event.action },
    { name: 'target', value: event.target ?? 'none' },
    { name: 'outcome', value: outcomeLook[event.outcome].label },
    ...detailLines(event),
    { name: 'address', value: event.address ?? 'none' },
    { name: 'request id', value: event.request_id ?? 'none' },
    { name: 'row', value: String(event.seq) },
    { name: 'hash', value: event.hash },
  ];
  return (
    <Modal opened onClose={onClose} title={actionWords(event.action)} size="lg">
      <Text size="sm" c="dimmed" mb="sm">
        <When at={event.at} />
      </Text>
      <dl className="facts">
        {lines.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

/** Whether every row still follows the one before it. */
function Chain() {
  const verdict = useQuery({
    queryKey: ['admin-audit-chain'],
    queryFn: async ({ signal }) => (await request<AuditVerdict>('/api/admin/audit/verify', { signal })).data,
    staleTime: verdictStaleMs,
  });
  const [isOpen, setOpen] = useState(false);
  const isWhole = verdict.data?.whole ?? true;
  const Shield = isWhole ? IconShieldCheck : IconShieldX;
  const words = verdict.isPending
    ? 'Checking the chain'
    : verdict.error
      ? 'The chain could not be checked'
      : isWhole
        ? `Chain whole: ${verdict.data?.rows ?? 0} ${verdict.data?.rows === 1 ? 'row' : 'rows'}`
        : 'The chain is broken';
  const lost = verdict.data?.not_written ?? 0;
  return (
    <Group gap="xs" mb="md">
      <Button
        variant="light"
        size="compact-sm"
        color={verdict.isPending || verdict.error ? 'gray' : isWhole ? 'teal' : 'red'}
        leftSection={<Shield size={16} aria-hidden />}
        loading={verdict.isFetching}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
      >
        {words}
      </Button>
      {lost > 0 ? <Badge color="red">{lost === 1 ? '1 event could not be written' : `${lost} events could not be written`}</Badge> : null}
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="The chain" size="lg">
        <Stack>
          <Text size="sm">
            {isWhole
              ? 'Each row holds the hash of the one before it, and all of them fit: none was changed or taken out.'
              : `${verdict.data?.fault?.reason ?? ''} Somebody changed the table in the database itself.`}
          </Text>
          {verdict.data?.head ? (
            <div>
              <Text size="sm">It ends here. Noted somewhere else, this shows later whether rows were cut off at the end:</Text>
              <Code block className="breakable" mt={6}>
                {verdict.data.head.seq}:{verdict.data.head.hash}
              </Code>
            </div>
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" loading={verdict.isFetching} onClick={() => void verdict.refetch()}>
              Check again
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}

/** All that the filters find, not only what is shown. */
function Export({ search }: { search: AuditSearch }) {
  const href = (format: string) => `/api/admin/audit/export?${auditQueryString(search, { format })}`;
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={href('csv')} download="audit.csv">
          CSV, for a spreadsheet
        </Menu.Item>
        <Menu.Item component="a" href={href('ndjson')} download="audit.ndjson">
          NDJSON, for programs
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
