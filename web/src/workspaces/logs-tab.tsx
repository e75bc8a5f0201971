/** Logs: words, a time range and filters in the address; page by page, or live as lines come. */
import { Alert, Button, Group, Stack, Switch, Text } from '@mantine/core';
import type { LogItem } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import IconFileSearch from '@tabler/icons-react/dist/esm/icons/IconFileSearch.mjs';
import { useState } from 'react';
import { searchLogs, type Place } from '#api/capability-calls.ts';
import { Loading, Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { CapabilityFailure } from './capability-failure.tsx';
import { LogFilters } from './log-filters.tsx';
import { LogLines } from './log-lines.tsx';
import { useTail } from './use-tail.ts';
import { spanOf, type WorkspaceSearch } from './workspace-search.rules.ts';

type LogsTabProps = {
  place: Place;
  search: WorkspaceSearch;
  onSearch: (next: WorkspaceSearch) => void;
};

export function LogsTab({ place, search, onSearch }: LogsTabProps) {
  const [isLive, setLive] = useState(false);
  // A range counts from the moment of the search, so that further pages belong to the first.
  const [asked, setAsked] = useState(() => Date.now());
  const { q: query = '', filter: filters = [] } = search;
  const span = spanOf(search, asked);
  const tail = useTail(place, { query, filters }, isLive);
  const found = useInfiniteQuery({
    queryKey: ['workspaces', 'logs', place, query, filters, span],
    queryFn: ({ pageParam, signal }) =>
      span.ok
        ? searchLogs(place, { query, filters, from: span.from, to: span.to }, { cursor: pageParam, signal })
        : Promise.reject(new Error(span.detail)),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    enabled: span.ok && !isLive,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const searchNow = (next: WorkspaceSearch) => {
    setAsked(Date.now());
    onSearch(next);
  };
  const lines = found.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack gap="md">
      <LogFilters
        key={`${query} ${search.from ?? ''} ${search.to ?? ''}`}
        place={place}
        search={search}
        fault={span.ok ? null : span.detail}
        isLive={isLive}
        onSearch={searchNow}
      />
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" role="status">
          {isLive ? tail.words : countWords(lines.length, found.hasNextPage)}
        </Text>
        <Switch
          label={t('Live')}
          description={t('Lines as they come')}
          checked={isLive}
          onChange={(event) => {
            setLive(event.currentTarget.checked);
            setAsked(Date.now());
          }}
        />
      </Group>
      {isLive ? (
        <>
          {tail.fault === null ? null : (
            <Alert color="yellow" variant="light" role="alert">
              {tail.fault}
            </Alert>
          )}
          <LogLines lines={tail.lines} />
        </>
      ) : null}
      {!isLive && span.ok ? <FoundLines found={found} lines={lines} /> : null}
    </Stack>
  );
}

type FoundLinesProps = { found: UseInfiniteQueryResult; lines: readonly LogItem[] };

function FoundLines({ found, lines }: FoundLinesProps) {
  if (found.isPending) return <Loading rows={6} />;
  if (found.error && lines.length === 0)
    return (
      <CapabilityFailure
        what={t('The logs could not be read')}
        error={found.error}
        onRetry={() => void found.refetch()}
      />
    );
  if (lines.length === 0)
    return (
      <Notice icon={IconFileSearch} title={t('No line fits')}>
        {t('Take a longer range, other words, or fewer filters.')}
      </Notice>
    );
  return (
    <>
      <LogLines lines={lines} />
      {found.hasNextPage ? (
        <Group justify="center">
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t('Show older lines')}
          </Button>
        </Group>
      ) : null}
      {found.error ? (
        <Alert color="red" variant="light" role="alert">
          {t('Older lines could not be read. {message}', { message: found.error.message })}
        </Alert>
      ) : null}
    </>
  );
}

function countWords(count: number, hasMore: boolean): string {
  if (count === 0) return '';
  return hasMore
    ? t(
        '{count, plural, one {1 line, newest first, there are older ones} ' +
          'other {# lines, newest first, there are older ones}}',
        { count },
      )
    : t('{count, plural, one {1 line, newest first} other {# lines, newest first}}', { count });
}
