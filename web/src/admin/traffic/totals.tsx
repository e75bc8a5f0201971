/** All extensions together, in a few figures. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Traffic } from '#api/traffic.ts';
import { useReader } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import { bytes, duration, rate, share, whole } from './numbers.rules.ts';
import { Sparkline } from './sparkline.tsx';
import styles from './traffic.module.css';

export function Totals({
  traffic: { total, rss_bytes: memory, event_loop_delay_p99_ms: delay },
}: {
  traffic: Traffic;
}) {
  const { locale } = useReader();
  return (
    <dl className={styles['tiles']} aria-label={t('All extensions together')}>
      <Tile
        name={t('Requests a second')}
        value={rate(total.requests_per_second, locale)}
        note={t('{bytes} a second', { bytes: bytes(total.bytes_per_second, locale) })}
      >
        <Sparkline values={total.series.requests} />
      </Tile>
      <Tile
        name={t('Typical time (p50)')}
        value={duration(total.p50_ms, locale)}
        note={`p95 ${duration(total.p95_ms, locale)} · p99 ${duration(total.p99_ms, locale)}`}
      >
        <Sparkline values={total.series.p95_ms} />
      </Tile>
      <Tile
        name={t('Errors (5xx)')}
        value={share(total.error_share, locale)}
        note={t('Refused (4xx) {share}', { share: share(total.refused_share, locale) })}
      >
        <Sparkline
          values={total.series.errors}
          tone={total.series.errors.some((count) => count) ? 'bad' : 'plain'}
          top={1}
        />
      </Tile>
      <Tile
        name={t('Open streams')}
        value={whole(total.open.streams, locale)}
        note={t('{count, plural, one {1 request under way} other {# requests under way}}', {
          count: total.open.requests,
        })}
      />
      <Tile
        name={t('Gateway memory')}
        value={bytes(memory, locale)}
        note={t('Event loop late by {duration}', { duration: duration(delay, locale) })}
      />
    </dl>
  );
}

function Tile({
  name,
  value,
  note,
  children,
}: {
  name: string;
  value: string;
  note: string;
  children?: ReactNode;
}) {
  return (
    <div className={styles['tile']}>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <dd>
        <div className={styles['value']}>
          <span>{value}</span>
          {children}
        </div>
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      </dd>
    </div>
  );
}
