/** The routes of one extension since the gateway was started, the busiest first. */
import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type RouteTraffic, routeTrafficQuery, trafficPollMs } from '#api/traffic.ts';
import { Failure, Loading } from '#shell/states.tsx';
import { useReader } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import { limitsText, outsideOfRoutes } from './limits.rules.ts';
import { bytes, duration, whole } from './numbers.rules.ts';
import styles from './traffic.module.css';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

export function RouteTable({ pluginId, name }: { pluginId: string; name: string }) {
  const routes = useQuery({ ...routeTrafficQuery(pluginId), refetchInterval: trafficPollMs * 2 });
  if (routes.isPending) return <Loading rows={2} label={t('Loading the routes')} />;
  if (!routes.data)
    return (
      <Failure
        what={t('The routes could not be read')}
        error={routes.error}
        onRetry={() => void routes.refetch()}
      />
    );
  if (routes.data.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('Nobody asked {name} for anything since Berth was started.', { name })}
      </Text>
    );
  return (
    <Table
      className={`${tableStyles['cardsOnPhones']} ${styles['table']}`}
      verticalSpacing={6}
      horizontalSpacing="xs"
      aria-label={t('Routes of {name} since Berth was started', { name })}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('Route')}</Table.Th>
          <Table.Th ta="right">{t('Requests')}</Table.Th>
          <Table.Th ta="right">2xx</Table.Th>
          <Table.Th ta="right">3xx</Table.Th>
          <Table.Th ta="right">4xx</Table.Th>
          <Table.Th ta="right">5xx</Table.Th>
          <Table.Th ta="right">p50</Table.Th>
          <Table.Th ta="right">p95</Table.Th>
          <Table.Th ta="right">p99</Table.Th>
          <Table.Th ta="right">{t('Sent')}</Table.Th>
          <Table.Th>{t('Limits hit')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {routes.data.map((route) => (
          <RouteRow key={route.route} route={route} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function RouteRow({ route }: { route: RouteTraffic }) {
  const { locale } = useReader();
  const { by_class: count } = route;
  const atMost = (ms: number | null) => (ms === null ? '–' : `≤ ${duration(ms, locale)}`);
  const cells: readonly [string, string][] = [
    [t('Requests'), whole(route.requests, locale)],
    ['2xx', whole(count['2xx'] + count['1xx'], locale)],
    ['3xx', whole(count['3xx'], locale)],
    ['4xx', whole(count['4xx'], locale)],
    ['5xx', whole(count['5xx'], locale)],
    ['p50', atMost(route.p50_ms)],
    ['p95', atMost(route.p95_ms)],
    ['p99', atMost(route.p99_ms)],
    [t('Sent'), bytes(route.sent_bytes, locale)],
  ];
  return (
    <Table.Tr>
      <Table.Td data-head className={textStyles['mono']}>
        {route.route === '' ? t(outsideOfRoutes) : route.route}
      </Table.Td>
      {cells.map(([label, value]) => (
        <Table.Td key={label} data-label={label} ta="right" className={styles['figure']}>
          {value}
        </Table.Td>
      ))}
      <Table.Td data-label={t('Limits hit')} data-wide>
        {limitsText(route.limits, locale)}
      </Table.Td>
    </Table.Tr>
  );
}
