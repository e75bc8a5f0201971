/** Which model may read the text of which folder. */
import type { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { read } from '#platform/read-body.ts';
import type { AskingStore } from './asking.store.ts';
import { privacyLevels, type Privacy } from './suggestions.types.ts';

export type PrivacyDeps = {
  asking: Pick<AskingStore, 'privacy' | 'setPrivacy'>;
  /** Of what no folder says. */
  privacyOfRest: () => Privacy;
  decider: (c: Context) => { isEditor: boolean };
  notAllowed: () => Problem;
};

export const privacyBody = z.strictObject({
  path: z.string('must be a path').min(1, 'must be a path').max(4096, 'must have at most 4096 characters'),
  level: z.enum(privacyLevels, say`must be one of ${privacyLevels.join(', ')}, or null`).nullable(),
});

export function privacyRoutes({ asking, privacyOfRest, decider, notAllowed }: PrivacyDeps): Hono {
  const answer = async (c: Context): Promise<Response> =>
    c.json({ items: await asking.privacy(), default: privacyOfRest(), may_edit: decider(c).isEditor });
  return new Hono()
    .get('/documents/suggestions/privacy', answer)
    .patch('/documents/suggestions/privacy', async (c) => {
      const { path, level } = await read(c, privacyBody);
      if (!decider(c).isEditor) throw notAllowed();
      await asking.setPrivacy(path.normalize('NFC'), level);
      return answer(c);
    });
}
