/** What the room that makes proposals may ask of this one: who decides, and what a decision changes. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Context } from 'hono';
import { z } from 'zod';
import { parsed } from '#platform/parsed.ts';
import type { Prisma } from '#platform/database.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { DocumentRow, Editor, Viewer } from './documents.types.ts';
import { closedCategory, editorOf, notAllowed } from './edit.routes.ts';
import * as rules from './edit.rules.ts';
import type { FactsStore } from './facts.store.ts';
import { mayEdit, visibleTo } from './visibility.ts';

export type Deciding = {
  decider: (c: Context) => Editor;
  mayDecide: (viewer: Viewer) => { visible: Prisma.Sql; editable: Prisma.Sql };
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<DocumentRow>;
  changeEach: FactsStore['changeEach'];
  /** @throws Problem 422 that points to where it stands */
  changeOf: (field: DecidedField, value: unknown, at?: string) => rules.Change;
  notAllowed: (reason?: string) => Problem;
};
export type DecidedField = keyof typeof readings;

const readings = {
  title: (value: unknown, at: string) => ({ title: parsed(rules.title, value, { at, levels: 1 }) }),
  type: (value: unknown, at: string) => ({
    type: parsed(rules.documentType.unwrap(), value, { at, levels: 1 }),
  }),
  correspondent: (value: unknown, at: string) => ({
    correspondent: parsed(rules.correspondent.unwrap(), value, { at, levels: 1 }),
  }),
  date: (value: unknown, at: string) => ({
    date: parsed(rules.documentDate.unwrap(), value, { at, levels: 1 }),
  }),
  tags: (value: unknown, at: string) => ({ addTags: parsed(rules.tagList, value, { at, levels: 1 }) }),
  folder: (value: unknown, at: string) => ({
    category: parsed(rules.categoryPath, value, { at, levels: 1 }),
  }),
  file_name: (value: unknown, at: string) => ({ filename: parsed(rules.title, value, { at, levels: 1 }) }),
} satisfies Record<string, (value: unknown, at: string) => rules.Change>;

export function deciding(
  { store, facts }: { store: Pick<DocumentsStore, 'find'>; facts: FactsStore },
  editorGroup: string,
): Deciding {
  const decider = (c: Context): Editor => editorOf(c, editorGroup);
  return {
    decider,
    mayDecide: (viewer) => ({ visible: visibleTo(viewer), editable: mayEdit(viewer) }),
    async visible(c) {
      const id = z.uuid().safeParse(c.req.param('id'));
      const row = id.success ? await store.find(decider(c), id.data) : null;
      if (!row) throw new Problem('not-found');
      return row;
    },
    changeEach: facts.changeEach,
    changeOf: (field, value, at = '/value') => readings[field](value, at),
    notAllowed: (reason) => (reason === 'not-into' ? closedCategory() : notAllowed(editorGroup)),
  };
}
