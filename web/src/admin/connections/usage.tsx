/** What was used in a month, by connection, extension and model. */
import { Card, Group, Progress, Select, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usageQuery } from '#api/connections.ts';
import { Answered } from '#shell/answered.tsx';
import { locale, t } from '#words/words.ts';
import { latestMonths, moneyWords } from './connection-words.ts';
import tableStyles from '#shell/table.module.css';

export function Usage() {
  const [months] = useState(() => latestMonths(new Date()));
  const [month, setMonth] = useState(months[0] ?? '');
  const usage = useQuery(usageQuery(month));
  const most = Math.max(1, ...(usage.data?.items.map(({ tokens }) => tokens) ?? []));
  return (
    <Card component="section" aria-labelledby="usage">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3" id="usage">
          {t('What was used')}
        </Title>
        <Select
          aria-label={t('Month')}
          w={170}
          data={months.map((value) => ({ value, label: monthWords(value) }))}
          value={month}
          allowDeselect={false}
          onChange={(value) => value && setMonth(value)}
        />
      </Group>
      <Answered query={usage} what={t('The use could not be read')} rows={2}>
        {(data) =>
          data.items.length === 0 ? (
            <Text c="dimmed" size="sm">
              {t('No calls in this month.')}
            </Text>
          ) : (
            <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Use')}>
              <Table className={tableStyles['cardsOnPhones']} verticalSpacing="xs" horizontalSpacing="md">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('Connection')}</Table.Th>
                    <Table.Th>{t('Extension')}</Table.Th>
                    <Table.Th>{t('Model')}</Table.Th>
                    <Table.Th ta="right">{t('Calls')}</Table.Th>
                    <Table.Th miw={140}>{t('Tokens')}</Table.Th>
                    <Table.Th ta="right">{t('Cost')}</Table.Th>
                    <Table.Th ta="right">{t('Middle time')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.items.map((row) => (
                    <Table.Tr key={`${row.connection_id} ${row.plugin_id} ${row.model}`}>
                      <Table.Td data-head>{row.connection_name}</Table.Td>
                      <Table.Td data-label={t('Extension')}>{row.plugin_id}</Table.Td>
                      <Table.Td data-label={t('Model')}>{row.model ?? '–'}</Table.Td>
                      <Table.Td data-label={t('Calls')} ta="right">
                        {row.failed > 0
                          ? t('{calls} ({failed} failed)', {
                              calls: row.calls.toLocaleString(locale()),
                              failed: row.failed.toLocaleString(locale()),
                            })
                          : row.calls.toLocaleString(locale())}
                      </Table.Td>
                      <Table.Td data-label={t('Tokens')}>
                        <div>
                          <Text size="sm">{row.tokens.toLocaleString(locale())}</Text>
                          <Progress value={(100 * row.tokens) / most} size="xs" aria-hidden />
                        </div>
                      </Table.Td>
                      <Table.Td data-label={t('Cost')} ta="right">
                        {moneyWords(row.cost, data.currency)}
                      </Table.Td>
                      <Table.Td data-label={t('Middle time')} ta="right">
                        {t('{number} ms', { number: row.median_ms.toLocaleString(locale()) })}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )
        }
      </Answered>
    </Card>
  );
}

function monthWords(month: string): string {
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString(locale(), {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}
