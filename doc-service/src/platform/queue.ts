/**
 * The job queue: pg-boss on the same PostgreSQL. A job only says "look at this one": what is to be done is in our own
 * rows, so that a lost or repeated job is harmless, and the jobs of a killed process can be thrown away at start.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { PgBoss } from 'pg-boss';
import { createSemaphore } from '@berth/plugin-kit/base/semaphore.ts';

export type Queue = {
  /** Hands ids over. One that is handed over twice may come twice, and one may be lost when the database goes away. */
  send: (queue: string, ids: string[]) => Promise<void>;
  /**
   * @param atOnce how many are under way; a slow one holds its own place alone
   * @param work never throws: failures are noted by who does the work
   */
  work: (queue: string, atOnce: number, work: (id: string) => Promise<void>) => Promise<void>;
  stop: () => Promise<void>;
};

const batchSize = 128;

export async function openQueue({
  url,
  queues,
  log,
}: {
  url: string;
  queues: string[];
  log: Logger;
}): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: url,
    max: 4,
    useListenNotify: true,
    application_name: 'doc-service-queue',
    schedule: false,
  });
  boss.on('error', (err) => log.error({ err }, 'queue'));
  await boss.start();
  for (const name of queues) {
    await boss.createQueue(name, {
      notify: true,
      policy: 'standard',
      retryLimit: 0,
      expireInSeconds: 600,
      deleteAfterSeconds: 60,
    });
    await boss.deleteAllJobs(name);
  }
  return {
    async send(queue, ids) {
      if (ids.length > 0)
        await boss.insert(
          queue,
          ids.map((id) => ({ data: { id } })),
        );
    },
    async work(queue, atOnce, work) {
      const limit = createSemaphore(atOnce);
      const options = {
        batchSize,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 2,
        burstWhenBatchFull: true,
      };
      await boss.work<{ id: string }>(queue, options, async (jobs) => {
        // A job is done when its work has begun: whether that came to its end is in the rows.
        for (const { data } of jobs)
          await new Promise<void>((begun) => void limit(() => (begun(), work(data.id))));
      });
    },
    stop: () => boss.stop({ graceful: true, timeout: 5000 }),
  };
}
