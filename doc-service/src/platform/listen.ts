/** Notifications of the database, on a connection of their own that is opened again when it breaks. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Client } from 'pg';

export type Listening = { stop: () => Promise<void> };

type ListenOptions = {
  url: string;
  /** A plain identifier. */
  channel: string;
  onNotice: (payload: string) => void;
  /** The connection is there (again): something may have been missed before. */
  onGap: () => void;
  log: Logger;
};

const firstWaitMs = 500;
const longestWaitMs = 15_000;

export function listen({ url, channel, onNotice, onGap, log }: ListenOptions): Listening {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = firstWaitMs;
  let isStopped = false;

  const again = (): void => {
    client = null;
    if (isStopped) return;
    timer = setTimeout(() => void connect(), waitMs);
    waitMs = Math.min(longestWaitMs, waitMs * 2);
  };

  async function connect(): Promise<void> {
    const fresh = new Client({
      connectionString: url,
      application_name: 'doc-service-events',
      keepAlive: true,
    });
    client = fresh;
    let isOver = false;
    const over = (cause?: unknown): void => {
      if (isOver) return;
      isOver = true;
      if (!isStopped) log.warn({ err: cause, waitMs }, 'no notifications of the database');
      fresh.end().catch(() => {});
      again();
    };
    fresh.on('error', over);
    fresh.on('end', over);
    fresh.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${fresh.escapeIdentifier(channel)}`);
      waitMs = firstWaitMs;
      onGap();
    } catch (error) {
      over(error);
    }
  }

  const connecting = connect();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await connecting;
      await client?.end().catch(() => {});
    },
  };
}
