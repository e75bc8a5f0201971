/**
 * The kind `configuration`: keys for those who may read them, values for those who may reveal them, each time
 * audited.
 */
import {
  configurationKey,
  configurationProtocol as protocol,
  configurationValue,
} from '@berth/plugin-kit/contract/capabilities/configuration.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { ConfigurationKeys, ConfigurationValues } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { readJson } from '#platform/request-body.ts';
import { outOfProtocol } from '../../ask.usecases.ts';
import type { Resolved } from '../../resolve.usecases.ts';
import { noStore, workspacePath, type KindNeeds } from '../kind.ts';
import type { KeyCache } from './key-cache.ts';

const fetchForm = z.strictObject({ keys: z.array(configurationKey).max(1000).nullable() });
const setForm = z.strictObject({ value: configurationValue, is_secret: z.boolean().default(false) });
const maxValueBytes = 512 * 1024;

type Needs = KindNeeds & {
  cache: KeyCache;
  /** Other gateways hear of it, and drop what they keep. */
  tellWrite: (key: string) => Promise<void>;
};

export function configurationRoutes({ resolve, asks, askingOf, cache, tellWrite }: Needs): Hono {
  const writableFor = async (c: Context): Promise<Resolved> => {
    const to = await resolve('configuration', 'configuration:write', askingOf(c));
    if (!to.writable) throw new Problem('conflict', { detail: say`"${to.label}" can be read alone.` });
    return to;
  };
  const write = async (to: Resolved, operation: 'set' | 'delete', input: { key: string }): Promise<void> => {
    try {
      await asks.ask(to, operation, input, protocol[operation].answer);
    } finally {
      // A call that failed may have done it all the same.
      cache.drop(to.key);
      await tellWrite(to.key);
    }
  };
  return new Hono()
    .get(`${workspacePath}/configuration`, async (c) => {
      const to = await resolve('configuration', 'configuration:read', askingOf(c));
      const keys = await cache.get(to, async () => {
        const answer = await asks.ask(to, 'keys', {}, protocol.keys.answer);
        return answer.keys;
      });
      const list: ConfigurationKeys = { ...to.sourced, keys, writable: to.writable };
      return c.json(list, 200, noStore);
    })
    .post(`${workspacePath}/configuration/values:fetch`, async (c) => {
      const { keys } = await readJson(c, fetchForm);
      const to = await resolve('configuration', 'configuration:reveal', askingOf(c));
      note(c, to, keys ?? ['every key']);
      const { values } = await asks.ask(to, 'values', { keys }, protocol.values.answer);
      const unasked = Object.keys(values).find((key) => keys && !keys.includes(key));
      if (unasked !== undefined) throw outOfProtocol(to, '/values: a key that was not asked for');
      const revealed: ConfigurationValues = { ...to.sourced, values };
      return c.json(revealed, 200, noStore);
    })
    .put(`${workspacePath}/configuration/keys/:key`, async (c) => {
      const key = keyOf(c);
      const { value, is_secret } = await readJson(c, setForm, maxValueBytes);
      const to = await writableFor(c);
      note(c, to, [key]);
      const input = { key, value, is_secret };
      await write(to, 'set', input);
      return c.body(null, 204);
    })
    .delete(`${workspacePath}/configuration/keys/:key`, async (c) => {
      const key = keyOf(c);
      const to = await writableFor(c);
      note(c, to, [key]);
      await write(to, 'delete', { key });
      return c.body(null, 204);
    });
}

/** Which keys, never their values. */
function note(c: Context, { workspace, key }: Resolved, keys: readonly string[]): void {
  c.set('auditNote', { target: workspace.slug, details: { plugin: key, fields: keys } });
}

function keyOf(c: Context): string {
  const read = configurationKey.safeParse(c.req.param('key'));
  if (!read.success) throw new Problem('bad-request', { detail: 'This is no name of a key.' });
  return read.data;
}
