/** What the room that makes proposals may ask of this one: who decides, and what a decision changes. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Context } from 'hono';
import { z } from 'zod';
import { parsed } from '#platform/parsed.ts';
import type { Prisma } from '#platform/database.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { DocumentRow, Editor, Viewer } from './documents.types.ts';
import { closedCategory, editorOf, notAllowed } from './edit.routes.ts';
import * as rules from './edit.rules.ts';
import type { FactsStore } from './facts.store.ts';
import { settled } from './fields.routes.ts';
import { fieldKinds, readValue } from './fields.rules.ts';
import type { FieldsStore } from './fields.store.ts';
import { mayEdit, visibleTo } from './visibility.ts';

export type Deciding = {
  decider: (c: Context) => Editor;
  mayDecide: (viewer: Viewer) => { visible: Prisma.Sql; editable: Prisma.Sql };
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<DocumentRow>;
  changeEach: FactsStore['changeEach'];
  /** @throws Problem 422 that points to where it stands */
  changeOf: (field: DecidedField, value: unknown, at?: string) => rules.Change;
  ownFields: () => Promise<OwnField[]>;
  mayMakeField: (editor: Editor) => boolean;
  /** @throws Problem 403 or 409 */
  makeField: (editor: Editor, field: { name: string; kind: 'text' | 'money' | 'date' }) => Promise<OwnField>;
  /** @param value money as a text, such as `12.50 EUR`. @throws Problem 422 that points to where it stands */
  changeOfField: (field: OwnField, value: unknown, at?: string) => rules.Change;
  joined: (one: rules.Change | undefined, other: rules.Change) => rules.Change;
  notAllowed: (reason?: string) => Problem;
};
type OwnField = { id: string; key: string; kind: string };
export type DecidedField = keyof typeof readings;

const moneyText = /^(-?[\d.]+) ([A-Z]{3})$/;
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
  { store, facts, fields }: { store: Pick<DocumentsStore, 'find'>; facts: FactsStore; fields: FieldsStore },
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
    ownFields: fields.list,
    mayMakeField: ({ isSuperuser }) => isSuperuser,
    async makeField({ isSuperuser }, { name, kind }) {
      if (!isSuperuser)
        throw new Problem('not-allowed', {
          detail: say`The archive has no field for this yet. A superuser adds the field ${name} first.`,
        });
      return settled(await fields.make({ name, kind, choices: [] }));
    },
    changeOfField(field, value, at = '/value') {
      const kind = fieldKinds.find((one) => one === field.kind) ?? 'text';
      const [, amount, currency] = (kind === 'money' && moneyText.exec(String(value))) || [];
      const given = amount === undefined ? value : { amount, currency };
      const read = readValue({ id: field.id, key: field.key, name: field.key, kind, choices: [] }, given);
      if (!read.ok) throw new Problem('invalid', { errors: [{ pointer: at, detail: read.detail }] });
      return { fields: { [field.id]: read.value } };
    },
    joined: (one, other) => ({
      ...one,
      ...other,
      ...(one?.fields || other.fields ? { fields: { ...one?.fields, ...other.fields } } : {}),
    }),
    notAllowed: (reason) => (reason === 'not-into' ? closedCategory() : notAllowed(editorGroup)),
  };
}
