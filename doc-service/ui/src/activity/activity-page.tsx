import { Alert, Button, EmptyState, Skeleton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconChevronRight,
  IconCircleCheck,
  IconFileText,
  IconFolderSearch,
  IconHourglass,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';

import styles from './activity.module.css';
import { useArchiveStatus, useFreshLists } from '../context/archive-status.ts';
import { WaysIn } from './ways-in.tsx';
import type { ArchiveStatus, StuckItem } from '../api/status-wire.ts';
import { useSurroundings, useTitle } from '../context/app-context.tsx';
import { useRetryDocument } from '../context/retry.ts';
import { Link } from '../context/link.tsx';
import { wholeLibrary, type Station } from '../model/location.ts';
import { PasswordButton } from '../parts/password-button.tsx';
import { Answer } from '../parts/answer.tsx';
import { counted, formatCount, formatDuration, type Reader } from '../model/format.ts';
import { Moment } from '../parts/moment.tsx';
import { stationWords } from '../parts/status.tsx';

const conveyor = ['seen', 'kept', 'read', 'searchable'] as const satisfies Station[];

/** The way of a file from the folder to the search, as it is right now. */
export function ActivityPage() {
  const status = useArchiveStatus();
  useTitle('Activity');
  useFreshLists();
  return (
    <main className={styles['activity']}>
      <div className={styles['inner']}>
        <h1 className={styles['title']}>Activity</h1>
        <Answer query={status} what="the activity" skeleton={<Skeleton height={120} radius={8} />}>
          {(now) => <Now status={now} />}
        </Answer>
      </div>
    </main>
  );
}

function Now({ status }: { status: ArchiveStatus }) {
  const { reader } = useSurroundings();
  const { seen, kept, read, stuck } = status.counts;
  return (
    <div className={styles['now']}>
      <p className={styles['summary']} aria-live="polite">
        {summaryOf(seen + kept + read, stuck, reader)}
      </p>
      {status.parked !== null && (
        <Alert color="orange" icon={<IconAlertTriangle />} title="The archive waits">
          {status.parked} Nothing is lost: the files stay where they are, and go on by themselves when there
          is room.
        </Alert>
      )}
      <ol className={styles['conveyor']}>
        {conveyor.map((station, index) => (
          <li key={station}>
            {index > 0 && <IconChevronRight className={styles['arrow']} size={18} aria-hidden />}
            <Link
              className={styles['station']}
              data-busy={station !== 'searchable' && status.counts[station] > 0}
              to={{ view: 'library', list: { ...wholeLibrary, status: station } }}
            >
              <span className={styles['figure']}>{formatCount(status.counts[station], reader)}</span>
              <span className={styles['name']}>{stationWords[station].name}</span>
              <span className={styles['meaning']}>{stationWords[station].meaning}</span>
              <Rate perMinute={status.rates[station] ?? 0} />
            </Link>
          </li>
        ))}
      </ol>
      <dl className={styles['facts']}>
        <Fact
          icon={<IconFileText size={18} />}
          name="Now"
          value={status.currentFile ?? 'Nothing is being read'}
        />
        <Fact
          icon={<IconFolderSearch size={18} />}
          name="Watching"
          value={watchingWords(status)}
          detail={status.watchDetail ?? status.watchPath}
        />
        <Fact
          icon={<IconHourglass size={18} />}
          name="Lag"
          value={
            status.lagMs === null || status.lagMs < 1000
              ? 'None'
              : `${formatDuration(status.lagMs, reader)} behind`
          }
          detail="How long the oldest waiting file has waited"
        />
      </dl>
      <StuckList stuck={status.stuck} total={stuck} />
      <WaysIn />
    </div>
  );
}

/** How many files came to a station within the last minute. */
function Rate({ perMinute }: { perMinute: number }) {
  const { reader } = useSurroundings();
  return (
    <span className={styles['rate']} data-moving={perMinute > 0}>
      {perMinute > 0 ? `${formatCount(perMinute, reader)} a minute` : ' '}
    </span>
  );
}

function Fact({
  icon,
  name,
  value,
  detail = null,
}: {
  icon: ReactNode;
  name: string;
  value: string;
  detail?: string | null;
}) {
  return (
    <div className={styles['fact']}>
      <dt>
        {icon} {name}
      </dt>
      <dd>
        {value}
        {detail !== null && <small>{detail}</small>}
      </dd>
    </div>
  );
}

function StuckList({ stuck, total }: { stuck: readonly StuckItem[]; total: number }) {
  const { reader, api } = useSurroundings();
  const retry = useRetryDocument();
  const all = async () => {
    await Promise.allSettled(stuck.map(({ id }) => api.retry(id)));
    retry.reset();
  };
  return (
    <section aria-labelledby="stuck">
      <div className={styles['stuckHead']}>
        <h2 id="stuck">Stuck{total > 0 && ` (${formatCount(total, reader)})`}</h2>
        {stuck.length > 1 && (
          <Button size="compact-sm" variant="default" onClick={() => void all()}>
            Retry all shown
          </Button>
        )}
      </div>
      {stuck.length === 0 ? (
        <EmptyState
          className={styles['well'] ?? ''}
          icon={<IconCircleCheck />}
          title="Nothing is stuck"
          description="A file that cannot be taken in is listed here with the reason."
          size="sm"
        />
      ) : (
        <ul className={styles['stuck']}>
          {stuck.map((item) => (
            <li key={item.id}>
              <div>
                <Link to={{ view: 'document', id: item.id, list: { ...wholeLibrary, status: 'stuck' } }}>
                  {item.title}
                </Link>
                <p>{item.reason}</p>
                {item.since !== null && (
                  <small>
                    <Moment at={item.since} />
                  </small>
                )}
              </div>
              <div className={styles['ways']}>
                {item.isEncrypted && <PasswordButton id={item.id} title={item.title} />}
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Retry ${item.title}`}
                  loading={retry.isPending && retry.variables.id === item.id}
                  onClick={() => retry.mutate({ id: item.id })}
                >
                  Retry
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {retry.error !== null && (
        <p className={styles['bad']} role="alert">
          The retry did not work. {retry.error.message}
        </p>
      )}
    </section>
  );
}

function summaryOf(moving: number, stuck: number, reader: Reader): string {
  const parts = [
    ...(moving > 0 ? [`${counted(moving, 'document is', 'documents are', reader)} on the way.`] : []),
    ...(stuck > 0
      ? [
          `${counted(stuck, moving > 0 ? 'is' : 'document is', moving > 0 ? 'are' : 'documents are', reader)} stuck.`,
        ]
      : []),
  ];
  return parts.length === 0 ? 'Everything is searchable.' : parts.join(' ');
}

function watchingWords({ watching, watchMode }: ArchiveStatus): string {
  if (watching === false) return 'Off';
  if (watchMode === 'events') return 'By events, and by a regular look';
  if (watchMode === 'rescans') return 'By a regular look';
  if (watchMode === 'offline') return 'The folder is out of reach';
  return watchMode ?? 'On';
}
