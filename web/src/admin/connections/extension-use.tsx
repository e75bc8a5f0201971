/** What one extension used of connections lately; nothing is shown where it used none. */
import type { ConnectionUsage } from '@berth/plugin-kit/contract/wire/connections.ts';
import { Card, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { extensionUseQuery } from '#api/connections.ts';
import { Answered } from '#shell/answered.tsx';
import { locale, t } from '#words/words.ts';
import { moneyWords } from './connection-words.ts';
import tableStyles from '#shell/table.module.css';

export function ExtensionUse({ pluginId }: { pluginId: string }) {
  const use = useQuery(extensionUseQuery(pluginId));
  // Most use none: nothing holds its place while that is asked.
  if (use.data ? use.data.items.length === 0 : !use.error) return null;
  return (
    <Card component="section" aria-labelledby="used">
      <Title order={2} size="h3" id="used" mb="sm">
        {t('Connections it used in the last 30 days')}
      </Title>
      <Answered query={use} what={t('The use could not be read')} rows={2}>
        {(data) => <UseTable use={data} />}
      </Answered>
    </Card>
  );
}

function UseTable({ use: { items, currency } }: { use: ConnectionUsage }) {
  return (
    <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Use')}>
      <Table className={tableStyles['cardsOnPhones']} verticalSpacing="xs" horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Connection')}</Table.Th>
            <Table.Th>{t('Model')}</Table.Th>
            <Table.Th ta="right">{t('Calls')}</Table.Th>
            <Table.Th ta="right">{t('Failed')}</Table.Th>
            <Table.Th ta="right">{t('Tokens')}</Table.Th>
            <Table.Th ta="right">{t('Cost')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((row) => (
            <Table.Tr key={`${row.connection_id} ${row.model}`}>
              <Table.Td data-head>{row.connection_name}</Table.Td>
              <Table.Td data-label={t('Model')}>{row.model ?? '–'}</Table.Td>
              <Table.Td data-label={t('Calls')} ta="right">
                {row.calls.toLocaleString(locale())}
              </Table.Td>
              <Table.Td data-label={t('Failed')} ta="right">
                {row.failed.toLocaleString(locale())}
              </Table.Td>
              <Table.Td data-label={t('Tokens')} ta="right">
                {row.tokens.toLocaleString(locale())}
              </Table.Td>
              <Table.Td data-label={t('Cost')} ta="right">
                {moneyWords(row.cost, currency)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
