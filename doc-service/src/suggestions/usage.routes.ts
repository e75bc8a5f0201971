/** What models cost lately, for the archive's editors. */
import type { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { usedOf } from './usage.rules.ts';
import type { UsageStore } from './usage.store.ts';

export type UsageDeps = {
  usage: Pick<UsageStore, 'since'>;
  decider: (c: Context) => { isEditor: boolean };
  notAllowed: () => Problem;
  now: () => number;
};

const days = 30;

export function usageRoutes({ usage, decider, notAllowed, now }: UsageDeps): Hono {
  return new Hono().get('/documents/suggestions/usage', async (c) => {
    if (!decider(c).isEditor) throw notAllowed();
    const since = new Date(now() - days * 86_400_000);
    const rows = await usage.since(since);
    const items = rows.map(({ model, documents, questions, failed, ...used }) => ({
      model,
      documents,
      questions,
      failed,
      ...usedOf([used]),
    }));
    return c.json({ since: since.toISOString(), days, items }, 200, { 'cache-control': 'no-store' });
  });
}
