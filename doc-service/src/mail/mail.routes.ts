/** How the mailboxes do, for those who set them up. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Descriptions } from '#platform/described.ts';
import { sayOrNull, sayTo } from '#platform/words/spoken.ts';
import type { MailState } from './mail.types.ts';

export type MailRoutesDeps = {
  mayLook: (c: Context) => boolean;
  states: () => MailState[];
  /** What was not taken, the newest first. */
  refused: () => Promise<{ uid: number; detail: string; at: Date }[]>;
  lookNow: () => Promise<void>;
  /** When it is looked for mail again; null while there is no mailbox. */
  nextAt: () => Date | null;
};

const accounts = z.object({ accounts: z.array(z.unknown()) });

export const mailDescriptions: Descriptions = {
  'GET /documents/mail': {
    summary: 'How the mailboxes do, and what was not taken',
    answer: accounts.extend({
      next_at: z.iso.datetime().nullable(),
      not_taken: z.array(z.object({ uid: z.int(), detail: z.string(), at: z.iso.datetime() })),
    }),
    problems: [403],
  },
  'POST /documents/mail/look': {
    summary: 'Looks through the mailboxes now',
    answer: accounts,
    status: 202,
    problems: [403],
  },
};

export function mailRoutes({ mayLook, states, refused, lookNow, nextAt }: MailRoutesDeps): Hono {
  const routes = new Hono();

  routes.get('/documents/mail', async (c) => {
    editorsAlone(c);
    const [not, say] = [await refused(), sayTo(c)];
    return c.json({
      accounts: statesFor(c),
      next_at: nextAt()?.toISOString() ?? null,
      not_taken: not.map(({ uid, detail, at }) => ({ uid, detail: say(detail), at: at.toISOString() })),
    });
  });

  routes.post('/documents/mail/look', (c) => {
    editorsAlone(c);
    void lookNow();
    return c.json({ accounts: statesFor(c) }, 202);
  });

  function statesFor(c: Context): MailState[] {
    const say = sayTo(c);
    return states().map((one) => ({ ...one, detail: sayOrNull(say, one.detail) }));
  }

  /** @throws Problem 403 */
  function editorsAlone(c: Context): void {
    if (!mayLook(c))
      throw new Problem('not-allowed', { detail: 'Those who manage the archive alone look after its mail.' });
  }

  return routes;
}
