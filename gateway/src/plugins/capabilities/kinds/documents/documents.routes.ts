/** The kind `documents`: texts of a service, found by words and read by id. */
import {
  documentId,
  documentsProtocol as protocol,
} from '@berth/plugin-kit/contract/capabilities/documents.ts';
import type { FoundTexts, ReadText } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { readQuery } from '#platform/request-body.ts';
import { outOfProtocol } from '../../ask.usecases.ts';
import { noStore, workspacePath, type KindNeeds } from '../kind.ts';

const searchQuery = z.object({
  query: z.string().max(1000).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(2048).optional(),
});
const readOne = z.object({ id: documentId });

export function documentsRoutes({ resolve, asks, askingOf }: KindNeeds): Hono {
  return new Hono()
    .get(`${workspacePath}/documents`, async (c) => {
      const { cursor = null, ...wanted } = readQuery(c, searchQuery);
      const to = await resolve('documents', 'documents:read', askingOf(c));
      const answer = await asks.ask(to, 'search', { ...wanted, cursor }, protocol.search.answer);
      if (answer.items.length > wanted.limit) throw outOfProtocol(to, '/items: more than were asked for');
      const found: FoundTexts = { ...to.sourced, ...answer };
      return c.json(found, 200, noStore);
    })
    .get(`${workspacePath}/documents/read`, async (c) => {
      const { id } = readQuery(c, readOne);
      const to = await resolve('documents', 'documents:read', askingOf(c));
      const answer = await asks.ask(to, 'read', { id }, protocol.read.answer);
      if (answer.id !== id) throw outOfProtocol(to, '/id: another one than was asked for');
      const read: ReadText = { ...to.sourced, ...answer };
      return c.json(read, 200, noStore);
    });
}
