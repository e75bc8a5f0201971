import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import styles from './activity.module.css';
import { useSurroundings } from '../context/app-context.tsx';
import { formatCount, formatMoney } from '../model/format.ts';
import { PartFailure } from '../parts/part-failure.tsx';
import { t } from '../words/words.ts';

/** What models were asked and what it cost; for the archive's editors alone. */
export function ModelUse() {
  const { suggestions, reader } = useSurroundings();
  const usage = useQuery({
    queryKey: ['suggestions', 'usage'],
    queryFn: ({ signal }) => suggestions.usage(signal),
  });
  const { data } = usage;
  if (data === undefined) return <PartFailure query={usage} what={t('the use of models')} />;
  if (data.items.length === 0) return null;
  return (
    <section aria-labelledby="models" className={styles['section']}>
      <h2 id="models">
        {t('{count, plural, one {Models, last day} other {Models, last # days}}', { count: data.days })}
      </h2>
      <Table.ScrollContainer type="native" minWidth={420} tabIndex={0} role="group" aria-labelledby="models">
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('Model')}</Table.Th>
              {[t('Documents'), t('Questions'), t('Failed'), t('Tokens'), t('Cost')].map((name) => (
                <Table.Th key={name} scope="col" ta="right">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map(({ model, documents, questions, failed, used }) => (
              <Table.Tr key={`${model} ${used.costs[0]?.currency}`}>
                <Table.Th scope="row" fw={400}>
                  {model ?? t('Not named')}
                </Table.Th>
                {[documents, questions, failed, used.tokens].map((figure, index) => (
                  <Table.Td key={index} ta="right">
                    {formatCount(figure, reader)}
                  </Table.Td>
                ))}
                <Table.Td ta="right">
                  {used.costs.length === 0
                    ? t('No price')
                    : used.costs.map((cost) => formatMoney(cost, reader)).join(', ')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
