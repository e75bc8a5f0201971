/** What was used in a month, by connection, extension and model. */
import { Card, Group, Progress, Select, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usageQuery } from '#api/connections.ts';
import { Failure, Loading } from '#shell/states.tsx';
import { latestMonths, moneyWords } from './connection-words.ts';

export function Usage() {
  const [months] = useState(() => latestMonths(new Date()));
  const [month, setMonth] = useState(months[0] ?? '');
  const usage = useQuery(usageQuery(month));
  const most = Math.max(1, ...(usage.data?.items.map(({ tokens }) => tokens) ?? []));
  return (
    <Card component="section" aria-labelledby="usage">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3" id="usage">
          What was used
        </Title>
        <Select
          aria-label="Month"
          w={170}
          data={months.map((value) => ({ value, label: monthWords(value) }))}
          value={month}
          allowDeselect={false}
          onChange={(value) => value && setMonth(value)}
        />
      </Group>
      {usage.isPending ? (
        <Loading rows={2} />
      ) : !usage.data ? (
        <Failure what="The use could not be read" error={usage.error} onRetry={() => void usage.refetch()} />
      ) : usage.data.items.length === 0 ? (
        <Text c="dimmed" size="sm">
          No calls in this month.
        </Text>
      ) : (
        <div className="table-wrap" tabIndex={0} role="region" aria-label="Use">
          <Table className="cards-on-phones" verticalSpacing="xs" horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Connection</Table.Th>
                <Table.Th>Extension</Table.Th>
                <Table.Th>Model</Table.Th>
                <Table.Th ta="right">Calls</Table.Th>
                <Table.Th miw={140}>Tokens</Table.Th>
                <Table.Th ta="right">Cost</Table.Th>
                <Table.Th ta="right">Middle time</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {usage.data.items.map((row) => (
                <Table.Tr key={`${row.connection_id} ${row.plugin_id} ${row.model}`}>
                  <Table.Td data-head>{row.connection_name}</Table.Td>
                  <Table.Td data-label="Extension">{row.plugin_id}</Table.Td>
                  <Table.Td data-label="Model">{row.model ?? '–'}</Table.Td>
                  <Table.Td data-label="Calls" ta="right">
                    {row.calls.toLocaleString()}
                    {row.failed > 0 ? ` (${row.failed.toLocaleString()} failed)` : ''}
                  </Table.Td>
                  <Table.Td data-label="Tokens">
                    <div>
                      <Text size="sm">{row.tokens.toLocaleString()}</Text>
                      <Progress value={(100 * row.tokens) / most} size="xs" aria-hidden />
                    </div>
                  </Table.Td>
                  <Table.Td data-label="Cost" ta="right">
                    {moneyWords(row.cost, usage.data.currency)}
                  </Table.Td>
                  <Table.Td data-label="Middle time" ta="right">
                    {row.median_ms.toLocaleString()} ms
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Card>
  );
}

function monthWords(month: string): string {
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString(undefined, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}
