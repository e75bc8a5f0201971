import { Alert, Button, Progress, Table } from '@mantine/core';
import { IconMailSearch } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import styles from './activity.module.css';
import { ModelUse } from './model-use.tsx';
import type { Arrivals, Mail, Mailbox } from '../api/arrivals-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { counted, formatClock, formatCount } from '../model/format.ts';
import { Moment } from '../parts/moment.tsx';

const calmMs = 10_000;
const busyMs = 2_000;
const wayNames: Readonly<Record<string, string>> = {
  watch: 'Watched folder',
  upload: 'Upload and Share menu',
  paperless: 'Programs for Paperless',
  dav: 'WebDAV',
  mail: 'Mail',
  import: 'Import from Paperless',
};

/** What came by which way, what of it was refused, and how mail and imports go. */
export function WaysIn() {
  const { api } = useSurroundings();
  const { data } = useQuery({
    queryKey: ['arrivals'],
    queryFn: ({ signal }) => api.arrivals(signal),
    refetchInterval: calmMs,
  });
  if (data === undefined) return null;
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
      <h2 id="ways">Ways in, last {formatCount(days, reader)} days</h2>
      <Table.ScrollContainer minWidth={320}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Way</Table.Th>
              <Table.Th scope="col" ta="right">
                Came
              </Table.Th>
              <Table.Th scope="col" ta="right">
                Not taken
              </Table.Th>
              <Table.Th scope="col">Last</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ways.map(({ way, taken, refused, last }) => (
              <Table.Tr key={way}>
                <Table.Th scope="row" fw={400}>
                  {wayNames[way] ?? way}
                </Table.Th>
                <Table.Td ta="right">{formatCount(taken, reader)}</Table.Td>
                <Table.Td ta="right">{formatCount(refused, reader)}</Table.Td>
                <Table.Td>{last === null ? 'Never' : <Moment at={last} />}</Table.Td>
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
  const { data } = useQuery({
    queryKey: ['mail'],
    queryFn: ({ signal }) => api.mail(signal),
    refetchInterval: ({ state }) => (isReading(state.data) ? busyMs : calmMs),
  });
  const look = useMutation({
    mutationFn: () => api.lookForMail(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mail'] }),
  });
  if (data === undefined || data.mailboxes.length === 0) return null;
  return (
    <section aria-labelledby="mail" className={styles['section']}>
      <div className={styles['stuckHead']}>
        <h2 id="mail">Mail</h2>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconMailSearch size={14} aria-hidden />}
          loading={look.isPending || isReading(data)}
          onClick={() => look.mutate()}
        >
          Look for mail now
        </Button>
      </div>
      {data.next !== null && (
        <p className={styles['summary']}>Next look at {formatClock(Date.parse(data.next), reader)}</p>
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
          <summary>Not taken from mail ({data.notTaken.length})</summary>
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
          Mail could not be looked for. {look.error.message}
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
            aria-label={`Mail of ${account} is being read`}
          />
          <p>
            {formatCount(of.done, reader)} of {counted(of.messages, 'message', 'messages', reader)},{' '}
            {counted(of.documents, 'document', 'documents', reader)}
          </p>
        </>
      )}
      {state === 'ok' && (
        <p>
          {of.documents === 0
            ? 'Nothing new at the last look.'
            : `${counted(of.documents, 'document', 'documents', reader)} at the last look.`}
        </p>
      )}
      {state === 'waiting' && <p>Not looked through yet.</p>}
      {of.detail !== null && <p className={state === 'failed' ? styles['bad'] : ''}>{of.detail}</p>}
      {of.checked !== null && (
        <small>
          Last look: <Moment at={of.checked} />
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
  const { data } = useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => api.imports(signal),
    refetchInterval: ({ state }) => (state.data?.job?.state === 'running' ? busyMs : false),
  });
  const job = data?.job ?? null;
  if (job === null || job.isDryRun) return null;
  const { report } = job;
  return (
    <section aria-labelledby="importing" className={styles['section']}>
      <h2 id="importing">Import of {job.name}</h2>
      {job.state === 'running' && (
        <>
          <Progress
            value={job.total === 0 ? 0 : (100 * job.done) / job.total}
            aria-label="The import is under way"
          />
          <p>
            {formatCount(job.done, reader)} of {counted(job.total, 'document', 'documents', reader)}
          </p>
        </>
      )}
      {job.state === 'failed' && (
        <Alert color="red" variant="light" title="It broke off">
          {job.detail}
        </Alert>
      )}
      {report !== null && (
        <p>
          {counted(report.fresh + report.joined, 'document', 'documents', reader)} taken over,{' '}
          {formatCount(report.refused, reader)} not taken.
        </p>
      )}
      <Link to={{ view: 'import' }}>Open the import</Link>
    </section>
  );
}

function Refused({ refused }: { refused: Arrivals['refused'] }) {
  if (refused.length === 0) return null;
  return (
    <section aria-labelledby="refused" className={styles['section']}>
      <h2 id="refused">Your files that were not taken</h2>
      <ul className={styles['list']}>
        {refused.map(({ at, way, name, reason }) => (
          <li key={`${at} ${name}`}>
            <strong>{name === '' ? 'A file' : name}</strong>
            <p className={styles['bad']}>{reason}</p>
            <small>
              {wayNames[way] ?? way} · <Moment at={at} />
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
