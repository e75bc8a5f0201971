import { Button, Group, Table, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditEvent, AuditPage as AuditRows } from '#api/access.ts';
import { request } from '#api/client.ts';
import { usePlugins } from '#api/plugins.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { auditQueryString, type AuditSearch, readAuditSearch } from './audit.rules.ts';
import { Chain } from './chain.tsx';
import { EventDetails, EventRow } from './event-row.tsx';
import { Export } from './export.tsx';
import { Filters } from './filters.tsx';
import { targetWords, type Names } from './target.rules.ts';
import tableStyles from '#shell/table.module.css';

const pageSize = '50';

export function AuditPage() {
  const search = readAuditSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [opened, setOpened] = useState<AuditEvent | null>(null);
  const events = useInfiniteQuery({
    queryKey: ['admin-audit', search],
    queryFn: async ({ signal, pageParam }) => {
      const query = auditQueryString(search, {
        limit: pageSize,
        ...(pageParam === null ? {} : { cursor: pageParam }),
      });
      return (await request<AuditRows>(`/api/admin/audit?${query}`, { signal })).data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
  const show = (change: { [Key in keyof AuditSearch]: AuditSearch[Key] | undefined }) =>
    void navigate({ to: '/admin/audit', search: readAuditSearch({ ...search, ...change }), replace: true });
  const rows = events.data?.pages.flatMap(({ items }) => items) ?? [];
  const { plugins } = usePlugins();
  const extensions = new Map(plugins.map(({ id, name }) => [id, name]));
  const names = new Map(events.data?.pages.flatMap((page) => Object.entries(page.names)));
  const problems = new Map(events.data?.pages.flatMap((page) => Object.entries(page.problems)));
  const known: Names = {
    nameOf: (id) => names.get(id),
    pluginName: (id) => extensions.get(id),
    problemTitle: (type) => problems.get(type),
  };
  return (
    <Page
      title={t('Audit')}
      above={t('Admin')}
      lead={t('Who did what, when and from where. Rows are added and never changed.')}
      action={<Export search={search} />}
    >
      <Chain />
      <Filters search={search} actions={events.data?.pages[0]?.actions ?? []} onChange={show} />
      <Answered query={events} what={t('The audit could not be read')} rows={6}>
        {() =>
          rows.length === 0 ? (
            <Notice
              icon={IconHistory}
              title={t('Nothing fits')}
              action={
                <Button
                  variant="default"
                  onClick={() => void navigate({ to: '/admin/audit', search: {}, replace: true })}
                >
                  {t('Show everything')}
                </Button>
              }
            >
              {t('No event is like that. Try fewer filters or more days.')}
            </Notice>
          ) : (
            <>
              <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Events')}>
                <Table
                  className={tableStyles['cardsOnPhones']}
                  verticalSpacing="sm"
                  horizontalSpacing="md"
                  highlightOnHover
                  stickyHeader
                >
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th miw={170}>{t('What')}</Table.Th>
                      <Table.Th>{t('Who, from where')}</Table.Th>
                      <Table.Th>{t('To what')}</Table.Th>
                      <Table.Th>{t('Outcome')}</Table.Th>
                      <Table.Th>{t('When')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((event) => (
                      <EventRow
                        key={event.seq}
                        event={event}
                        target={targetWords(event, known)}
                        onOpen={() => setOpened(event)}
                      />
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
              <Group justify="space-between" mt="md">
                <Text size="sm" c="dimmed" role="status">
                  {events.hasNextPage
                    ? t('{count, plural, one {1 event} other {# events}}, and older ones', {
                        count: rows.length,
                      })
                    : t('{count, plural, one {1 event} other {# events}}', { count: rows.length })}
                </Text>
                {events.hasNextPage ? (
                  <Button
                    variant="default"
                    loading={events.isFetchingNextPage}
                    onClick={() => void events.fetchNextPage()}
                  >
                    {t('Show older')}
                  </Button>
                ) : null}
              </Group>
            </>
          )
        }
      </Answered>
      {opened ? <EventDetails event={opened} names={known} onClose={() => setOpened(null)} /> : null}
    </Page>
  );
}
