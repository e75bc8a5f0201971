/**
 * The last requests that were refused or went wrong: the request id leads to them in the log of the gateway
 * and of the extension.
 */
import { Badge, Button, Card, CopyButton, Table, Text, Title } from '@mantine/core';
import type { PluginTraffic, TrafficProblem } from '#api/traffic.ts';
import { useReader, When } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import { limitWords, outsideOfRoutes } from './limits.rules.ts';
import { duration } from './numbers.rules.ts';
import styles from './traffic.module.css';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

const shownAtMost = 20;

export function LatestProblems({
  problems,
  items,
}: {
  problems: readonly TrafficProblem[];
  items: readonly PluginTraffic[];
}) {
  const names = new Map(items.map(({ id, name }) => [id, name]));
  return (
    <section aria-labelledby="latest-problems">
      <Title order={2} id="latest-problems" mb="xs">
        {t('Refused or failed lately')}
      </Title>
      {problems.length === 0 ? (
        <Card padding="md">
          <Text size="sm" c="dimmed">
            {t('Nothing was refused, and nothing went wrong since Berth was started.')}
          </Text>
        </Card>
      ) : (
        <div
          className={tableStyles['wrap']}
          tabIndex={0}
          role="region"
          aria-label={t('Refused or failed lately')}
        >
          <Table className={tableStyles['cardsOnPhones']} verticalSpacing="xs" horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('Answer')}</Table.Th>
                <Table.Th>{t('Extension')}</Table.Th>
                <Table.Th>{t('Request')}</Table.Th>
                <Table.Th ta="right">{t('Took')}</Table.Th>
                <Table.Th>{t('When')}</Table.Th>
                <Table.Th>{t('Request id')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {problems.slice(0, shownAtMost).map((problem) => (
                <ProblemRow
                  key={problem.request_id}
                  problem={problem}
                  name={
                    problem.plugin === null
                      ? t('No extension')
                      : (names.get(problem.plugin) ?? problem.plugin)
                  }
                />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </section>
  );
}

function ProblemRow({ problem, name }: { problem: TrafficProblem; name: string }) {
  const { locale } = useReader();
  const { status, limit, method, route, duration_ms: took, at, request_id: id } = problem;
  return (
    <Table.Tr>
      <Table.Td data-head>
        <Badge className={textStyles['whole']} color={status >= 500 ? 'red' : 'yellow'}>
          {limit === null ? status : t('{status}, limit: {limit}', { status, limit: limitWords(limit) })}
        </Badge>
      </Table.Td>
      <Table.Td data-label={t('Extension')} className={textStyles['breakable']}>
        {name}
      </Table.Td>
      <Table.Td data-label={t('Request')} className={textStyles['mono']}>
        {method} {route ?? t(outsideOfRoutes)}
      </Table.Td>
      <Table.Td data-label={t('Took')} ta="right" className={styles['figure']}>
        {duration(took, locale)}
      </Table.Td>
      <Table.Td data-label={t('When')} style={{ whiteSpace: 'nowrap' }}>
        <When at={at} />
      </Table.Td>
      <Table.Td data-label={t('Request id')}>
        <CopyButton value={id}>
          {({ copied, copy }) => (
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={copy}
              aria-label={t('Copy the request id {id}', { id })}
              title={id}
              className={textStyles['mono']}
            >
              {copied ? t('Copied') : id.slice(-12)}
            </Button>
          )}
        </CopyButton>
      </Table.Td>
    </Table.Tr>
  );
}
