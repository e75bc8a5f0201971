/**
 * The mail's door: PDFs that come by mail become documents. Messages stay as they are unless a rule says
 * otherwise.
 */
import { createHash } from 'node:crypto';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { PrismaClient } from '#platform/database.ts';
import { wordsOf, type ImapTimeouts } from './imap.client.ts';
import { mailRoutes, type MailRoutesDeps } from './mail.routes.ts';
import { createMailStore } from './mail.store.ts';
import type { MailAccount, MailSaid, MailState } from './mail.types.ts';
import { lookThrough } from './taking.ts';

export { mailDescriptions } from './mail.routes.ts';
export type MailSettings = { accounts: MailAccount[]; minutes: number };
export type MailRoom = {
  start: () => void;
  /** Looks through all mailboxes now. */
  lookNow: () => Promise<void>;
  /** Other settings are in force. */
  changed: () => void;
  routes: (deps: Pick<MailRoutesDeps, 'mayLook'>) => ReturnType<typeof mailRoutes>;
  stop: () => Promise<void>;
};

export type MailRoomDeps = {
  prisma: PrismaClient;
  settings: () => MailSettings;
  /** Makes it a document that all see who may see its folder. @throws Problem */
  take: (chunks: AsyncIterable<Uint8Array>, filename: string, said: MailSaid) => Promise<string>;
  maxPdfBytes: () => number;
  timeouts?: ImapTimeouts;
  now: () => number;
  log: Logger;
};

const defaultTimeouts = { connectMs: 20_000, silenceMs: 60_000 };
const minute = 60_000;
const tickMs = 15_000;

export function mailRoom({
  prisma,
  settings,
  take,
  maxPdfBytes,
  timeouts = defaultTimeouts,
  now,
  log,
}: MailRoomDeps): MailRoom {
  const store = createMailStore(prisma);
  const states = new Map<string, MailState>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  let lastMs = 0;
  let isStopped = false;

  const lookAt = async (account: MailAccount): Promise<void> => {
    const key = mailboxKey(account);
    const state = stateOf(account);
    states.set(key, state);
    try {
      state.state = 'reading';
      await lookThrough({
        account,
        key,
        state,
        store,
        take,
        maxPdfBytes: maxPdfBytes(),
        timeouts,
        now,
        isStopped: () => isStopped,
      });
      state.state = 'ok';
    } catch (err) {
      state.state = 'failed';
      state.detail = wordsOf(err);
      log.warn({ account: account.name, detail: state.detail }, 'mail was not read');
    } finally {
      state.checked_at = new Date(now()).toISOString();
    }
  };

  const lookNow = (): Promise<void> => {
    looking ??= (async () => {
      lastMs = now();
      for (const account of settings().accounts) if (!isStopped) await lookAt(account);
    })().finally(() => (looking = null));
    return looking;
  };

  const lookWhenDue = (): void => {
    const { accounts, minutes } = settings();
    if (isStopped || accounts.length === 0 || now() - lastMs < minutes * minute) return;
    lookNow().catch((err: unknown) => log.error({ err }, 'mail was not read'));
  };

  return {
    start() {
      timer = setInterval(lookWhenDue, tickMs);
      lookWhenDue();
    },
    lookNow,
    changed() {
      lastMs = 0;
      void store.forgetIgnored().catch((err: unknown) => log.warn({ err }, 'mail is not looked at anew'));
      const keys = new Set(settings().accounts.map(mailboxKey));
      for (const key of states.keys()) if (!keys.has(key)) states.delete(key);
    },
    routes: ({ mayLook }) =>
      mailRoutes({
        mayLook,
        lookNow,
        states: () =>
          settings().accounts.map((account) => states.get(mailboxKey(account)) ?? stateOf(account)),
        nextAt: () => {
          const { accounts, minutes } = settings();
          return accounts.length === 0 ? null : new Date(Math.max(now(), lastMs + minutes * minute));
        },
        refused: async () => store.refused(settings().accounts.map(mailboxKey)),
      }),
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/** Another server, user or mailbox is another one: its messages are looked at anew. */
function mailboxKey({ host, port, user, mailbox }: MailAccount): string {
  return createHash('sha256')
    .update(JSON.stringify([host, port, user, mailbox]))
    .digest('hex');
}

function stateOf({ name, mailbox }: MailAccount): MailState {
  const none = { detail: null, checked_at: null, messages: 0, done: 0, documents: 0 };
  return { account: name, mailbox, state: 'waiting', ...none };
}
