/** The door for containers, on the internal port alone: their connections, by the names that their manifests give. */
import { localOnlyHeader } from '@berth/plugin-kit/contract/connections.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { readJson } from '#platform/request-body.ts';
import type { CallUseCases } from './calls.usecases.ts';
import type { Egress } from './egress.client.ts';
import { callMail, messageForm } from './mail-calls.ts';
import { callModel } from './model-calls.ts';
import { callPlain } from './plain-calls.ts';

type Needs = {
  calls: CallUseCases;
  egress: Egress;
  /** @returns the plugin's id; `null` for a token that is not good */
  verifyCallback: (token: string) => string | null;
  now: () => number;
};

const maxBodyBytes = 4 * 1024 * 1024;
const jsonObject = z.record(z.string(), z.unknown());
const noTokens = { input: 0, output: 0 };

export function internalRoutes({ calls, egress, verifyCallback, now }: Needs): Hono {
  const pluginOf = (c: Context): string => {
    const bearer = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const pluginId = bearer === undefined ? null : verifyCallback(bearer);
    if (pluginId === null)
      throw new Problem('not-signed-in', {
        detail: 'The callback token is not good. A new one comes with each check.',
      });
    return pluginId;
  };
  return new Hono()
    .get('/internal/connections', async (c) => {
      const items = await calls.statesOf(pluginOf(c));
      return c.json({ items }, 200, { 'cache-control': 'no-store' });
    })
    .all('/internal/connections/:name/*', async (c) => {
      const pluginId = pluginOf(c);
      const { pathname, search } = new URL(c.req.url);
      const [, , , name = '', ...rest] = pathname.split('/');
      const path = `/${rest.join('/')}`;
      const { method, raw } = c.req;
      const { grant, secret, end, abandon } = await calls.permit(pluginId, name, {
        method,
        path,
        isLocalOnly: raw.headers.get(localOnlyHeader) === 'true',
      });
      const { kind, connection } = grant;
      const { options } = connection;
      const common = { name, options, secret };
      const plain = (outcome: Parameters<typeof end>[0]['outcome']): void =>
        end({ outcome, model: null, tokens: noTokens });
      try {
        if (kind === 'smtp')
          return await callMail(egress, { ...common, message: await readJson(c, messageForm) }, plain);
        if (kind === 'http') {
          const { headers, body } = raw;
          const call = { ...common, method, path, query: search, headers, body };
          return await callPlain(egress, { ...call, signal: raw.signal }, plain);
        }
        const body = method === 'POST' ? await readJson(c, jsonObject, maxBodyBytes) : null;
        return await callModel(egress, { ...common, method, path, body, signal: raw.signal, at: now() }, end);
      } catch (error) {
        abandon();
        throw error;
      }
    });
}
