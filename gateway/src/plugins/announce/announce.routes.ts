/**
 * The door for containers, on the internal port alone: "look at me now". With the token of its last check a container
 * may say so at any time. One that starts has none yet: it says its id, which wakes a service that does not answer and
 * does nothing else. Either way the gateway asks at the address that the operator gave, so that nobody learns or gains
 * anything by it.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from '#platform/request-body.ts';
import type { Container } from '../discovery/container.ts';
import type { CallbackTokens } from './callback-token.ts';

type Needs = {
  container: (id: string) => Container | undefined;
  tokens: CallbackTokens;
  isAnswering: (id: string) => boolean;
};

const introduction = z.strictObject({ id: z.string().regex(pluginIdPattern) });

export function announceRoutes({ container, tokens, isAnswering }: Needs): Hono {
  const routes = new Hono();
  routes.post('/internal/announce', async (c) => {
    const bearer = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer === undefined) {
      const { id } = await readJson(c, introduction);
      if (!isAnswering(id)) container(id)?.announced();
      return c.json({ id }, 202);
    }
    const id = tokens.verify(bearer);
    if (id === null)
      throw new Problem('not-signed-in', {
        detail: 'The callback token is not good. A new one comes with each check.',
      });
    container(id)?.announced();
    return c.json({ id }, 202);
  });
  return routes;
}
