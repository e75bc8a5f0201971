/** All extensions together, in a few figures. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Traffic } from '#api/traffic.ts';
import { useReader } from '#shell/times.tsx';
import { bytes, duration, rate, share, whole } from './numbers.rules.ts';
import { Sparkline } from './sparkline.tsx';

export function Totals({
  traffic: { total, rss_bytes: memory, event_loop_delay_p99_ms: delay },
}: {
  traffic: Traffic;
}) {
  const { locale } = useReader();
  return (
    <dl className="tiles" aria-label="All extensions together">
      <Tile
        name="Requests a second"
        value={rate(total.requests_per_second, locale)}
        note={`${bytes(total.bytes_per_second, locale)} a second`}
      >
        <Sparkline values={total.series.requests} />
      </Tile>
      <Tile
        name="Typical time (p50)"
        value={duration(total.p50_ms, locale)}
        note={`p95 ${duration(total.p95_ms, locale)} · p99 ${duration(total.p99_ms, locale)}`}
      >
        <Sparkline values={total.series.p95_ms} />
      </Tile>
      <Tile
        name="Errors (5xx)"
        value={share(total.error_share, locale)}
        note={`Refused (4xx) ${share(total.refused_share, locale)}`}
      >
        <Sparkline
          values={total.series.errors}
          tone={total.series.errors.some((count) => count) ? 'bad' : 'plain'}
          top={1}
        />
      </Tile>
      <Tile
        name="Open streams"
        value={whole(total.open.streams, locale)}
        note={
          total.open.requests === 1
            ? '1 request under way'
            : `${whole(total.open.requests, locale)} requests under way`
        }
      />
      <Tile
        name="Gateway memory"
        value={bytes(memory, locale)}
        note={`Event loop late by ${duration(delay, locale)}`}
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
    <div className="tile">
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <dd>
        <div className="tile-value">
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
