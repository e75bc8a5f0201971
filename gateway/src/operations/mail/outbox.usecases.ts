/** The outbox: letters are kept first and sent after, so that a mail server that is down delays them and nothing else. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { z } from 'zod';
import type {
  Letter,
  OutboxLetter,
  OutboxPlace,
  OutboxRow,
  OutboxStore,
  SendLetter,
  WaitingLetter,
} from './mail.types.ts';
import { codeOf, isPermanent, nextAttemptAt } from './outbox.rules.ts';

type Deps = {
  store: OutboxStore;
  send: SendLetter;
  seal: (text: string) => Buffer;
  open: (sealed: Buffer) => string | null;
  log: Logger;
  now: () => number;
};

const claimMs = 5 * 60_000;
const atOnce = 10;
const keptAfterGivingUpMs = 7 * 24 * 60 * 60_000;
const letterForm = z.object({ to: z.string(), subject: z.string(), text: z.string() });

export function outboxUseCases({ store, send, seal, open, log, now }: Deps) {
  const deliver = async ({ id, sealed, attempts, createdAt }: WaitingLetter): Promise<void> => {
    const letter = open(sealed);
    if (letter === null) {
      log.warn({ id }, 'a letter was sealed under another key and is dropped');
      return store.remove(id);
    }
    try {
      await send(letterForm.parse(JSON.parse(letter)));
      await store.remove(id);
    } catch (error) {
      const nextAt = isPermanent(error) ? null : nextAttemptAt(attempts, createdAt.getTime(), now());
      log.warn(
        { id, attempts, code: codeOf(error), isGivenUp: nextAt === null },
        'a letter could not be sent',
      );
      if (nextAt === null) await store.giveUp(id, new Date(now()), codeOf(error));
      else await store.postpone(id, new Date(nextAt), codeOf(error));
    }
  };

  return {
    post: (letter: Letter): Promise<void> => store.add(seal(JSON.stringify(letter)), new Date(now())),
    /** Sends everything that is due. */
    deliverDue: async (): Promise<void> => {
      await store.forget(new Date(now() - keptAfterGivingUpMs));
      for (;;) {
        const letters = await store.claim(new Date(now()), new Date(now() + claimMs), atOnce);
        await Promise.all(letters.map(deliver));
        if (letters.length < atOnce) return;
      }
    },
    state: store.state,
    page: async (after: OutboxPlace | null, limit: number): Promise<OutboxLetter[]> =>
      (await store.page(after, limit)).map(shownOf),
    /** Due at once, also when it was given up. @returns whether there is such a letter */
    hurry: (id: string): Promise<boolean> => store.hurry(id, new Date(now())),
  };

  function shownOf({
    id,
    sealed,
    attempts,
    createdAt,
    nextAt,
    lastError,
    givenUpAt,
  }: OutboxRow): OutboxLetter {
    const text = open(sealed);
    const letter = text === null ? null : letterForm.parse(JSON.parse(text));
    const tried = lastError === null ? 'waiting' : 'retrying';
    const state = givenUpAt ? 'given_up' : tried;
    return {
      id,
      to: letter?.to ?? null,
      subject: letter?.subject ?? null,
      state,
      attempts,
      createdAt,
      nextAt: givenUpAt ? null : nextAt,
      lastError,
    };
  }
}
