/** The last minutes as two charts, and the same as a table. */
import { Button, Card, Group, SimpleGrid, Table, Text, Title } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import type { Traffic } from '#api/traffic.ts';
import { fetchedPart } from '#shell/fetched-part.tsx';
import { useReader } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import { columnsOf, type Columns } from './chart.rules.ts';
import type { ChartLine } from './chart.tsx';
import { duration, rate } from './numbers.rules.ts';
import tableStyles from '#shell/table.module.css';

const Chart = fetchedPart(
  async () => (await import('./chart.tsx')).Chart,
  ({ retry }) => (
    <Group gap="sm">
      <Text size="sm">{t('The chart could not be fetched.')}</Text>
      <Button variant="default" size="compact-sm" onClick={retry}>
        {t('Try again')}
      </Button>
    </Group>
  ),
);

export function Charts({ traffic }: { traffic: Traffic }) {
  const { locale } = useReader();
  const [isTable, setTable] = useState(false);
  const columns = useMemo(() => columnsOf(traffic), [traffic]);
  const counts = useMemo(
    (): ChartLine[] => [
      { name: t('Requests a second'), values: columns.requestsPerSecond, tone: 'plain' },
      { name: t('Errors (5xx) a second'), values: columns.errorsPerSecond, tone: 'bad' },
    ],
    [columns],
  );
  const times = useMemo(
    (): ChartLine[] => [{ name: t('Slow requests (p95)'), values: columns.p95Ms, tone: 'plain' }],
    [columns],
  );
  return (
    <section aria-labelledby="traffic-over-time">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="traffic-over-time">
          {t('The last five minutes')}
        </Title>
        <Button variant="subtle" size="compact-sm" aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t('As charts') : t('As a table')}
        </Button>
      </Group>
      {isTable ? (
        <TableOfColumns columns={columns} />
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <OneChart lines={counts} columns={columns} format={(value) => rate(value, locale)} />
          <OneChart lines={times} columns={columns} format={(value) => duration(value, locale)} />
        </SimpleGrid>
      )}
    </section>
  );
}

type OneChartProps = { lines: readonly ChartLine[]; columns: Columns; format: (value: number) => string };

function OneChart({ lines, columns, format }: OneChartProps): ReactNode {
  const moment = useMoment();
  const [hovered, setHovered] = useState<number | null>(null);
  const at = hovered ?? columns.timesS.length - 1;
  const read = lines.map(({ name, values }) => {
    const value = values[at] ?? null;
    return `${name}: ${value === null ? '–' : format(value)}`;
  });
  const label = t('Chart. {lines}', { lines: lines.map(({ name }) => name).join(', ') });
  return (
    <Card padding="sm">
      <Text size="sm" fw={600}>
        {read.join(' · ')}
      </Text>
      <Text size="xs" c="dimmed" mb={4}>
        {moment(columns.timesS[at])}
      </Text>
      <div style={{ minHeight: 180 }}>
        <Chart timesS={columns.timesS} {...{ lines, label, format }} onHover={setHovered} />
      </div>
    </Card>
  );
}

function TableOfColumns({ columns }: { columns: Columns }) {
  const { locale } = useReader();
  const moment = useMoment();
  return (
    <div
      className={tableStyles['wrap']}
      tabIndex={0}
      role="region"
      aria-label={t('The last five minutes')}
      style={{ maxHeight: 320, overflowY: 'auto' }}
    >
      <Table verticalSpacing={4} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Time')}</Table.Th>
            <Table.Th ta="right">{t('Requests a second')}</Table.Th>
            <Table.Th ta="right">{t('Errors (5xx) a second')}</Table.Th>
            <Table.Th ta="right">p95</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.timesS
            .map((time, index) => (
              <Table.Tr key={time}>
                <Table.Td>{moment(time)}</Table.Td>
                <Table.Td ta="right">{rate(columns.requestsPerSecond[index] ?? 0, locale)}</Table.Td>
                <Table.Td ta="right">{rate(columns.errorsPerSecond[index] ?? 0, locale)}</Table.Td>
                <Table.Td ta="right">{duration(columns.p95Ms[index] ?? null, locale)}</Table.Td>
              </Table.Tr>
            ))
            .toReversed()}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function useMoment(): (timeS: number | undefined) => string {
  const { locale, timeZone } = useReader();
  return (timeS) =>
    timeS === undefined
      ? ''
      : new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone }).format(timeS * 1000);
}
