/** Mail: letters of the gateway to people, by the operator's SMTP server. */
import { sealer } from '@berth/plugin-kit/base/sealed.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { createTicker } from '#platform/ticker.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Hono } from 'hono';
import { earlierSeal } from './earlier-seal.ts';
import { mailPolicies } from './mail.policy.ts';
import { mailRoutes } from './mail.routes.ts';
import type { Letter } from './mail.types.ts';
import { outboxStore } from './outbox.store.ts';
import { outboxUseCases } from './outbox.usecases.ts';
import { smtpClient } from './smtp.client.ts';

export type MailDeps = {
  prisma: PrismaClient;
  /** `null`: there is no mail, and what needs it says so. */
  smtp: { url: string; from: string } | null;
  /** 32 bytes or more, from the keys room. */
  secret: Buffer;
  log: Logger;
  now: () => number;
};

export type MailRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  /** Keeps a letter and sends it soon. `null` when no mail server is configured. */
  post: ((letter: Letter) => Promise<void>) | null;
  start: () => void;
  /** Sends everything that is due, without waiting for the next look. */
  deliver: () => Promise<void>;
  /** What waits is sent after the next start. */
  stop: () => Promise<void>;
};

/** What the key of the outbox is derived for, and what a sealed e-mail belongs to. */
const sealing = 'outgoing letters';
const lookEveryMs = 15_000;

export function mailRoom({ prisma, smtp, secret, log, now }: MailDeps): MailRoom {
  const client = smtp && smtpClient(smtp.url, smtp.from);
  const { seal, open } = sealer(secret, sealing);
  const openEarlier = earlierSeal(secret);
  const outbox = outboxUseCases({
    store: outboxStore(prisma),
    send: client?.send ?? (() => Promise.reject(new Error('no mail server is configured'))),
    seal: (text) => seal(Buffer.from(text), sealing),
    open: (sealed) => open(sealed, sealing)?.toString() ?? openEarlier(sealed),
    log,
    now,
  });
  const ticker = createTicker(
    async () => {
      await outbox.deliverDue();
      return lookEveryMs;
    },
    (err) => log.warn({ err }, 'the outbox could not be looked through'),
    lookEveryMs,
  );
  const deliverSoon = (): void => void ticker.runNow();
  const routes = mailRoutes({ outbox, isConfigured: client !== null, deliverSoon });
  return {
    routes,
    policies: mailPolicies,
    post:
      client &&
      (async (letter) => {
        await outbox.post(letter);
        deliverSoon();
      }),
    start: () => {
      if (client) ticker.start();
    },
    deliver: ticker.runNow,
    stop: async () => {
      await ticker.stop();
      client?.close();
    },
  };
}
