import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

import { formatClock } from '../model/format.ts';
import { useNow } from './moment.tsx';
import { useSurroundings } from '../context/app-context.tsx';
import styles from './parts.module.css';
import { t } from '../words/words.ts';

const waitsMs = [2000, 4000, 8000, 15_000, 30_000];

/** "Not answering since 14:02. Trying again in 4 s.", and does. `failures` counts tries in a row, `failedAt` is the last one's time. */
export function Offline({
  since,
  failures,
  failedAt,
  trying,
  onRetry,
}: {
  since: number;
  failures: number;
  failedAt: number;
  trying: boolean;
  onRetry: () => void;
}) {
  const { reader } = useSurroundings();
  const now = useNow(500);
  const nextAt = failedAt + (waitsMs[Math.min(failures, waitsMs.length) - 1] ?? 2000);

  useEffect(() => {
    const timer = setTimeout(onRetry, Math.max(0, nextAt - Date.now()));
    return () => clearTimeout(timer);
  }, [nextAt, onRetry]);

  const left = Math.max(1, Math.ceil((nextAt - now) / 1000));
  return (
    <div className={styles['banner']}>
      <IconCloudOff size={18} aria-hidden />
      <span role="status">
        {t('Documents is not answering since {time}.', { time: formatClock(since, reader) })}
      </span>
      <small>{trying ? t('Trying…') : t('Trying again in {seconds} s.', { seconds: left })}</small>
      <Button size="compact-sm" variant="default" onClick={onRetry} disabled={trying}>
        {t('Try now')}
      </Button>
    </div>
  );
}

/** When a row of failures began, how many there were; null when the last try worked. */
export function useOutage(isOffline: boolean, failedAt: number): { since: number; failures: number } | null {
  const [outage, setOutage] = useState<{ since: number; failures: number; last: number } | null>(null);
  if (!isOffline && outage !== null) setOutage(null);
  if (isOffline && outage === null) setOutage({ since: failedAt, failures: 1, last: failedAt });
  if (isOffline && outage !== null && outage.last !== failedAt)
    setOutage({ since: outage.since, failures: outage.failures + 1, last: failedAt });
  return isOffline ? outage : null;
}
