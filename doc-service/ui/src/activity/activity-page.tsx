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
import { formatCount, formatDuration } from '../model/format.ts';
import { Moment } from '../parts/moment.tsx';
import { stationWords } from '../parts/status.tsx';
import { t } from '../words/words.ts';

const pipeline = ['seen', 'kept', 'read', 'searchable'] as const satisfies Station[];

/** The way of a file from the folder to the search, as it is right now. */
export function ActivityPage() {
  const status = useArchiveStatus();
  useTitle(t('Activity'));
  useFreshLists();
  return (
    <main className={styles['activity']}>
      <div className={styles['inner']}>
        <h1 className={styles['title']}>{t('Activity')}</h1>
        <Answer query={status} what={t('the activity')} skeleton={<Skeleton height={120} radius={8} />}>
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
        {summaryOf(seen + kept + read, stuck)}
      </p>
      {status.parked !== null && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t('The archive waits')}>
          {status.parked}{' '}
          {t('Nothing is lost: the files stay where they are, and go on by themselves when there is room.')}
        </Alert>
      )}
      <ol className={styles['pipeline']}>
        {pipeline.map((station, index) => (
          <li key={station}>
            {index > 0 && <IconChevronRight className={styles['arrow']} size={18} aria-hidden />}
            <Link
              className={styles['station']}
              data-busy={station !== 'searchable' && status.counts[station] > 0}
              to={{ view: 'library', list: { ...wholeLibrary, status: station } }}
            >
              <span className={styles['figure']}>{formatCount(status.counts[station], reader)}</span>
              <span className={styles['name']}>{t(stationWords[station].name)}</span>
              <span className={styles['meaning']}>{t(stationWords[station].meaning)}</span>
              <Rate perMinute={status.rates[station] ?? 0} />
            </Link>
          </li>
        ))}
      </ol>
      <dl className={styles['facts']}>
        <Fact
          icon={<IconFileText size={18} />}
          name={t('Now')}
          value={status.currentFile ?? t('Nothing is being read')}
        />
        <Fact
          icon={<IconFolderSearch size={18} />}
          name={t('Watching')}
          value={watchingWords(status)}
          detail={status.watchDetail ?? status.watchPath}
        />
        <Fact
          icon={<IconHourglass size={18} />}
          name={t('Lag')}
          value={
            status.lagMs === null || status.lagMs < 1000
              ? t('None')
              : t('{time} behind', { time: formatDuration(status.lagMs, reader) })
          }
          detail={t('How long the oldest waiting file has waited')}
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
      {perMinute > 0 ? t('{count} a minute', { count: formatCount(perMinute, reader) }) : ' '}
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
        <h2 id="stuck">
          {total === 0 ? t('Stuck') : t('Stuck ({count})', { count: formatCount(total, reader) })}
        </h2>
        {stuck.length > 1 && (
          <Button size="compact-sm" variant="default" onClick={() => void all()}>
            {t('Retry all shown')}
          </Button>
        )}
      </div>
      {stuck.length === 0 ? (
        <EmptyState
          className={styles['well'] ?? ''}
          icon={<IconCircleCheck />}
          title={t('Nothing is stuck')}
          description={t('A file that cannot be taken in is listed here with the reason.')}
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
                  aria-label={t('Retry {title}', { title: item.title })}
                  loading={retry.isPending && retry.variables.id === item.id}
                  onClick={() => retry.mutate({ id: item.id })}
                >
                  {t('Retry')}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {retry.error !== null && (
        <p className={styles['bad']} role="alert">
          {t('The retry did not work. {message}', { message: retry.error.message })}
        </p>
      )}
    </section>
  );
}

function summaryOf(moving: number, stuck: number): string {
  const onTheWay = t('{count, plural, one {1 document is on the way.} other {# documents are on the way.}}', {
    count: moving,
  });
  if (stuck === 0) return moving === 0 ? t('Everything is searchable.') : onTheWay;
  if (moving > 0) {
    const beside = t('{count, plural, one {1 is stuck.} other {# are stuck.}}', { count: stuck });
    return `${onTheWay} ${beside}`;
  }
  return t('{count, plural, one {1 document is stuck.} other {# documents are stuck.}}', { count: stuck });
}

function watchingWords({ watching, watchMode }: ArchiveStatus): string {
  if (watching === false) return t('Off');
  if (watchMode === 'events') return t('By events, and by a regular look');
  if (watchMode === 'rescans') return t('By a regular look');
  if (watchMode === 'offline') return t('The folder is out of reach');
  return watchMode ?? t('On');
}
