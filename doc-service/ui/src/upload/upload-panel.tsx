import { ActionIcon, Button, Progress, UnstyledButton } from '@mantine/core';
import {
  IconAlertCircle,
  IconChevronDown,
  IconChevronUp,
  IconCircleCheck,
  IconClock,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';

import { isFinished, type UploadEntry } from '../api/upload-queue.ts';
import styles from './upload.module.css';
import { useIsLive } from '../context/archive-status.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { wholeLibrary } from '../model/location.ts';
import { formatSize } from '../model/format.ts';
import { t } from '../words/words.ts';

/** Each file on its way in, until its words can be found. */
export function UploadPanel() {
  const { uploads } = useSurroundings();
  const entries = useSyncExternalStore(uploads.subscribe, uploads.entries);
  const [open, setOpen] = useState(true);
  useFollow(entries);
  if (entries.length === 0) return null;

  return (
    <section className={styles['panel']} aria-label={t('Uploads')}>
      <header className={styles['head']}>
        <UnstyledButton className={styles['summary']} onClick={() => setOpen(!open)} aria-expanded={open}>
          <span role="status">{summaryOf(entries)}</span>
          {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronUp size={16} aria-hidden />}
        </UnstyledButton>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          disabled={!entries.some(({ state }) => isFinished(state))}
          onClick={uploads.clearFinished}
        >
          {t('Clear')}
        </Button>
      </header>
      {open && (
        <ul className={styles['files']} tabIndex={0} aria-label={t('Files')}>
          {entries.map((entry) => (
            <Entry key={entry.key} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  );
}

function summaryOf(entries: readonly UploadEntry[]): string {
  const moving = entries.filter(({ state }) => !isFinished(state)).length;
  if (moving > 0)
    return t('{count, plural, one {Adding 1 document} other {Adding # documents}}', { count: moving });
  const failed = entries.filter(
    ({ state }) => state.stage === 'failed' || (state.stage === 'arrived' && state.station === 'stuck'),
  ).length;
  if (failed > 0)
    return t('{count, plural, one {1 file needs a look} other {# files need a look}}', { count: failed });
  return t('{count, plural, one {1 document is searchable} other {# documents are searchable}}', {
    count: entries.length,
  });
}

function Mark({ state }: Pick<UploadEntry, 'state'>) {
  const station = state.stage === 'arrived' ? state.station : null;
  if (station === 'searchable') return <IconCircleCheck className={styles['good']} size={18} aria-hidden />;
  if (state.stage === 'failed' || station === 'stuck')
    return <IconAlertCircle className={styles['bad']} size={18} aria-hidden />;
  return <IconClock className={styles['calm']} size={18} aria-hidden />;
}

function Entry({ entry: { key, file, state } }: { entry: UploadEntry }) {
  const { uploads } = useSurroundings();
  return (
    <li className={styles['file']}>
      <Mark state={state} />
      <div className={styles['words']}>
        <div className={styles['name']} title={file.name}>
          {state.stage === 'arrived' ? (
            <Link to={{ view: 'document', id: state.documentId, list: wholeLibrary }}>{file.name}</Link>
          ) : (
            file.name
          )}
        </div>
        <Progression file={file} state={state} />
      </div>
      {state.stage === 'failed' && state.mayRetry && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('Try {name} again', { name: file.name })}
          onClick={() => uploads.again(key)}
        >
          <IconRefresh size={16} />
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={
          isFinished(state) || state.stage === 'arrived'
            ? t('Remove {name}', { name: file.name })
            : t('Stop {name}', { name: file.name })
        }
        onClick={() => uploads.remove(key)}
      >
        <IconX size={16} />
      </ActionIcon>
    </li>
  );
}

function Progression({ file, state }: { file: File; state: UploadEntry['state'] }) {
  const { reader } = useSurroundings();
  if (state.stage === 'waiting')
    return <small>{t('Waiting, {size}', { size: formatSize(file.size, reader) })}</small>;
  if (state.stage === 'failed') return <small className={styles['bad']}>{state.reason}</small>;
  if (state.stage === 'sending') {
    const percent = state.totalBytes === 0 ? 100 : Math.round((state.sentBytes / state.totalBytes) * 100);
    return (
      <>
        <Progress size={4} value={percent} aria-label={t('{name}, sent', { name: file.name })} />
        <small>
          {t('{sent} of {total}', {
            sent: formatSize(state.sentBytes, reader),
            total: formatSize(state.totalBytes, reader),
          })}
          {state.isWaiting && `. ${t('The connection is lost; it goes on by itself.')}`}
        </small>
      </>
    );
  }
  if (state.station === 'stuck')
    return <small className={styles['bad']}>{state.reason ?? t('It could not be read.')}</small>;
  if (state.station === 'searchable') return <small>{t('Searchable')}</small>;
  return <small>{state.station === 'seen' ? t('Arrived, waiting to be read') : t('Being read')}</small>;
}

/** Asks after the documents that arrived until each is searchable or stuck. */
function useFollow(entries: readonly UploadEntry[]): void {
  const { api, uploads } = useSurroundings();
  const isLive = useIsLive();
  const queries = useQueryClient();
  const ids = [
    ...new Set(
      entries.flatMap(({ state }) =>
        state.stage === 'arrived' && !isFinished(state) ? [state.documentId] : [],
      ),
    ),
  ];
  const answers = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['arrival', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.document(id, signal),
      refetchInterval: isLive ? false : 1000,
    })),
    combine: (results) => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });
  useEffect(() => {
    const moved = answers.filter(({ id, status }) =>
      uploads
        .entries()
        .some(
          ({ state }) => state.stage === 'arrived' && state.documentId === id && state.station !== status,
        ),
    );
    for (const { id, status, error } of moved) uploads.arrivedAt(id, status, error);
    if (moved.length === 0) return;
    for (const key of ['documents', 'categories', 'status'])
      void queries.invalidateQueries({ queryKey: [key] });
  }, [answers, uploads, queries]);
}
