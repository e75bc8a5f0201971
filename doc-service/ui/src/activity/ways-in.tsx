import { Alert, Button, Progress, Table } from '@mantine/core';
import { IconMailSearch } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import styles from './activity.module.css';
import { ModelUse } from './model-use.tsx';
import type { Arrivals, Mail, Mailbox } from '../api/arrivals-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { formatClock, formatCount } from '../model/format.ts';
import { Moment } from '../parts/moment.tsx';
import { PartFailure } from '../parts/part-failure.tsx';
import { Words } from '../words/with-parts.tsx';
import { msg, t, termOf, type Message } from '../words/words.ts';

const calmMs = 10_000;
const busyMs = 2_000;
const wayNames: Readonly<Record<string, Message>> = {
  watch: msg('Watched folder'),
  upload: msg('Upload and Share menu'),
  paperless: msg('Programs for Paperless'),
  dav: msg('WebDAV'),
  mail: msg('Mail'),
  import: msg('Import from Paperless'),
};

/** What came by which way, what of it was refused, and how mail and imports go. */
export function WaysIn() {
  const { api } = useSurroundings();
  const arrivals = useQuery({
    queryKey: ['arrivals'],
    queryFn: ({ signal }) => api.arrivals(signal),
    refetchInterval: calmMs,
  });
  const { data } = arrivals;
  if (data === undefined) return <PartFailure query={arrivals} what={t('the ways in')} />;
  return (
    <>
      {data.mayManage && <Ways arrivals={data} />}
      {data.mayManage && <Mailboxes />}
      {data.mayImport && <Importing />}
      {data.mayManage && <ModelUse />}
      <Refused refused={data.refused} />
    </>
  );
}

function Ways({ arrivals: { ways, days } }: { arrivals: Arrivals }) {
  const { reader } = useSurroundings();
  return (
    <section aria-labelledby="ways" className={styles['section']}>
      <h2 id="ways">
        {t('{count, plural, one {Ways in, last day} other {Ways in, last # days}}', { count: days })}
      </h2>
      <Table.ScrollContainer type="native" minWidth={320} tabIndex={0} role="group" aria-labelledby="ways">
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('Way')}</Table.Th>
              <Table.Th scope="col" ta="right">
                {t('Came')}
              </Table.Th>
              <Table.Th scope="col" ta="right">
                {t('Not taken')}
              </Table.Th>
              <Table.Th scope="col">{t('Last')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ways.map(({ way, taken, refused, last }) => (
              <Table.Tr key={way}>
                <Table.Th scope="row" fw={400}>
                  {termOf(wayNames, way)}
                </Table.Th>
                <Table.Td ta="right">{formatCount(taken, reader)}</Table.Td>
                <Table.Td ta="right">{formatCount(refused, reader)}</Table.Td>
                <Table.Td>{last === null ? t('Never') : <Moment at={last} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function Mailboxes() {
  const { api, reader } = useSurroundings();
  const queries = useQueryClient();
  const mail = useQuery({
    queryKey: ['mail'],
    queryFn: ({ signal }) => api.mail(signal),
    refetchInterval: ({ state }) => (isReading(state.data) ? busyMs : calmMs),
  });
  const look = useMutation({
    mutationFn: () => api.lookForMail(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mail'] }),
  });
  const { data } = mail;
  if (data === undefined) return <PartFailure query={mail} what={t('the mailboxes')} />;
  if (data.mailboxes.length === 0) return null;
  return (
    <section aria-labelledby="mail" className={styles['section']}>
      <div className={styles['stuckHead']}>
        <h2 id="mail">{t('Mail')}</h2>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconMailSearch size={14} aria-hidden />}
          loading={look.isPending || isReading(data)}
          onClick={() => look.mutate()}
        >
          {t('Look for mail now')}
        </Button>
      </div>
      {data.next !== null && (
        <p className={styles['summary']}>
          {t('Next look at {time}', { time: formatClock(Date.parse(data.next), reader) })}
        </p>
      )}
      <ul className={styles['list']}>
        {data.mailboxes.map((one) => (
          <li key={`${one.account} ${one.mailbox}`}>
            <MailboxState mailbox={one} />
          </li>
        ))}
      </ul>
      {data.notTaken.length > 0 && (
        <details className={styles['more']}>
          <summary>{t('Not taken from mail ({count})', { count: data.notTaken.length })}</summary>
          <ul>
            {data.notTaken.map(({ at, detail }) => (
              <li key={`${at} ${detail}`}>
                {detail} <Moment at={at} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {look.error !== null && (
        <p className={styles['bad']} role="alert">
          {t('Mail could not be looked for. {message}', { message: look.error.message })}
        </p>
      )}
    </section>
  );
}

function MailboxState({ mailbox: { account, mailbox, state, ...of } }: { mailbox: Mailbox }) {
  const { reader } = useSurroundings();
  return (
    <div>
      <strong>{account}</strong> {mailbox}
      {state === 'reading' && (
        <>
          <Progress
            value={of.messages === 0 ? 0 : (100 * of.done) / of.messages}
            aria-label={t('Mail of {account} is being read', { account })}
          />
          <p>
            {t(
              '{done} of {count, plural, one {1 message} other {# messages}}, ' +
                '{documents, plural, one {1 document} other {# documents}}',
              { done: formatCount(of.done, reader), count: of.messages, documents: of.documents },
            )}
          </p>
        </>
      )}
      {state === 'ok' && (
        <p>
          {of.documents === 0
            ? t('Nothing new at the last look.')
            : t('{count, plural, one {1 document at the last look.} other {# documents at the last look.}}', {
                count: of.documents,
              })}
        </p>
      )}
      {state === 'waiting' && <p>{t('Not looked through yet.')}</p>}
      {of.detail !== null && <p className={state === 'failed' ? styles['bad'] : ''}>{of.detail}</p>}
      {of.checked !== null && (
        <small>
          <Words text={msg('Last look: <when/>')} parts={{ when: <Moment at={of.checked} /> }} />
        </small>
      )}
    </div>
  );
}

function isReading(mail: Mail | undefined): boolean {
  return mail?.mailboxes.some(({ state }) => state === 'reading') ?? false;
}

/** An import that is under way, or how the last one ended. */
function Importing() {
  const { api, reader } = useSurroundings();
  const imports = useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => api.imports(signal),
    refetchInterval: ({ state }) => (state.data?.job?.state === 'running' ? busyMs : false),
  });
  if (imports.data === undefined) return <PartFailure query={imports} what={t('the imports')} />;
  const { job } = imports.data;
  if (job === null || job.isDryRun) return null;
  const { report } = job;
  return (
    <section aria-labelledby="importing" className={styles['section']}>
      <h2 id="importing">{t('Import of {name}', { name: job.name })}</h2>
      {job.state === 'running' && (
        <>
          <Progress
            value={job.total === 0 ? 0 : (100 * job.done) / job.total}
            aria-label={t('The import is under way')}
          />
          <p>
            {t('{done} of {count, plural, one {1 document} other {# documents}}', {
              done: formatCount(job.done, reader),
              count: job.total,
            })}
          </p>
        </>
      )}
      {job.state === 'failed' && (
        <Alert color="red" variant="light" title={t('It broke off')}>
          {job.detail}
        </Alert>
      )}
      {report !== null && (
        <p>
          {t('{count, plural, one {1 document} other {# documents}} taken over, {refused} not taken.', {
            count: report.fresh + report.joined,
            refused: formatCount(report.refused, reader),
          })}
        </p>
      )}
      <Link to={{ view: 'import' }}>{t('Open the import')}</Link>
    </section>
  );
}

function Refused({ refused }: { refused: Arrivals['refused'] }) {
  if (refused.length === 0) return null;
  return (
    <section aria-labelledby="refused" className={styles['section']}>
      <h2 id="refused">{t('Your files that were not taken')}</h2>
      <ul className={styles['list']}>
        {refused.map(({ at, way, name, reason }) => (
          <li key={`${at} ${name}`}>
            <strong>{name === '' ? t('A file') : name}</strong>
            <p className={styles['bad']}>{reason}</p>
            <small>
              {termOf(wayNames, way)} · <Moment at={at} />
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
