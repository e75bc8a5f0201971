import type { UseQueryResult } from '@tanstack/react-query';
import { useCallback, useState, type ReactNode } from 'react';

import { Offline, useOutage } from './offline.tsx';
import { Trouble } from './states.tsx';
import { Failure } from '../api/failure.ts';
import styles from './parts.module.css';
import { t } from '../words/words.ts';

type Props<T> = {
  query: UseQueryResult<T>;
  /** "the list", for "Could not load the list". */
  what: string;
  /** Drawn while the first answer is awaited; shown after 150 ms. */
  skeleton: ReactNode;
  /** The answer takes the whole height that is there. */
  isFilling?: boolean;
  children: (data: T) => ReactNode;
};

/** One query in each of its states: waiting, answered, failed, and out of reach with the last answer dimmed. */
export function Answer<T>({ query, what, skeleton, isFilling = false, children }: Props<T>) {
  const [last, setLast] = useState<T | undefined>(query.data);
  if (query.data !== undefined && query.data !== last) setLast(query.data);

  const offline = query.error instanceof Failure && query.error.kind === 'offline';
  const outage = useOutage(offline, query.errorUpdatedAt);
  const { refetch } = query;
  const retry = useCallback(() => void refetch(), [refetch]);

  if (query.error !== null && !offline) return <Trouble failure={query.error} what={what} onRetry={retry} />;
  const data = query.data ?? (offline ? last : undefined);
  return (
    <>
      {outage !== null && (
        <Offline {...outage} failedAt={query.errorUpdatedAt} trying={query.isFetching} onRetry={retry} />
      )}
      {data === undefined ? (
        !offline && (
          <div className={styles['late']} role="status" aria-label={t('Loading {what}', { what })}>
            {skeleton}
          </div>
        )
      ) : (
        <div
          className={offline || query.isPlaceholderData ? styles['dim'] : undefined}
          data-filling={isFilling || undefined}
          inert={offline}
        >
          {children(data)}
        </div>
      )}
    </>
  );
}
