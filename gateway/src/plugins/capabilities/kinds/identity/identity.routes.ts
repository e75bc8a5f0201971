/** The kind `identity`: people and groups of a service, looked up by words. */
import { identityProtocol as protocol } from '@berth/plugin-kit/contract/capabilities/identity.ts';
import type { FoundGroups, FoundPeople } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { readQuery } from '#platform/request-body.ts';
import { outOfProtocol } from '../../ask.usecases.ts';
import { noStore, workspacePath, type KindNeeds } from '../kind.ts';

const lookUp = z.object({
  query: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(2048).optional(),
});

export function identityRoutes({ resolve, asks, askingOf }: KindNeeds): Hono {
  return new Hono()
    .get(`${workspacePath}/identity/people`, async (c) => {
      const { cursor = null, ...wanted } = readQuery(c, lookUp);
      const to = await resolve('identity', 'identity:read', askingOf(c));
      const answer = await asks.ask(to, 'people', { ...wanted, cursor }, protocol.people.answer);
      if (answer.items.length > wanted.limit) throw outOfProtocol(to, '/items: more than were asked for');
      const found: FoundPeople = { ...to.sourced, ...answer };
      return c.json(found, 200, noStore);
    })
    .get(`${workspacePath}/identity/groups`, async (c) => {
      const { cursor = null, ...wanted } = readQuery(c, lookUp);
      const to = await resolve('identity', 'identity:read', askingOf(c));
      const answer = await asks.ask(to, 'groups', { ...wanted, cursor }, protocol.groups.answer);
      if (answer.items.length > wanted.limit) throw outOfProtocol(to, '/items: more than were asked for');
      const found: FoundGroups = { ...to.sourced, ...answer };
      return c.json(found, 200, noStore);
    });
}
