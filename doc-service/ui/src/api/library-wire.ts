/** What the API answers of what people keep beside the documents' own facts: rights, views, fields, notes, likeness. */
import { amount, entries, isRecord, record, strings, text, words } from './json.ts';
import { t } from '../words/words.ts';

export const fieldKinds = ['text', 'number', 'money', 'date', 'choice', 'link'] as const;
export type FieldKind = (typeof fieldKinds)[number];
export type Field = { id: string; key: string; name: string; kind: FieldKind; choices: string[] };
export type Money = { amount: string; currency: string };
export type FieldValue = string | number | Money;
export type OwnField = Omit<Field, 'choices'> & {
  value: FieldValue;
  linked: { id: string; title: string } | null;
};
export type Note = {
  id: string;
  text: string;
  by: string;
  isOwn: boolean;
  at: string;
  editedAt: string | null;
};
/** Names of groups; those who edit read too. */
export type Sharing = { read: string[]; edit: string[] };
export type Rights = Sharing & { everyone: boolean };
/** `from`: the folder whose entry decides; absent when none does. */
export type FolderRights = { own: Rights | null; effective: Rights; from: string | null };
export type Beside = { mayShare: boolean; sharedWith: Sharing; notes: Note[]; fields: OwnField[] };
export type SimilarItem = { id: string; title: string; category: string | null; likeness: number };
/** `list`: the parameters of a list, as its address has them. */
export type View = {
  id: string;
  name: string;
  isShared: boolean;
  mayEdit: boolean;
  by: string | null;
  list: Record<string, string | string[]>;
};
export type LibrarySettings = { defaultViewId: string | null; columns: string[] | null; isDense: boolean };
export type Views = { items: View[]; settings: LibrarySettings; mayShare: boolean };

export function readBeside(body: Record<string, unknown>): Beside {
  return {
    mayShare: body['may_share'] === true,
    sharedWith: readSharing(body['shared_with']),
    notes: entries(body['notes']).map((note) => ({
      id: text(note['id'], 'id'),
      text: text(note['text'], 'text'),
      by: (isRecord(note['by']) ? words(note['by']['name']) : null) ?? t('somebody'),
      isOwn: note['is_own'] === true,
      at: text(note['at'], 'at'),
      editedAt: words(note['edited_at']),
    })),
    fields: entries(body['fields']).flatMap((field) => {
      const value = readFieldValue(field['value']);
      const linked = isRecord(field['linked']) ? field['linked'] : null;
      return value === null
        ? []
        : [
            {
              ...readFieldHead(field),
              value,
              linked: linked && { id: text(linked['id'], 'id'), title: text(linked['title'], 'title') },
            },
          ];
    }),
  };
}

export function readFolderRights(json: unknown): FolderRights {
  const body = record(json, 'rights');
  const rights = (one: unknown): Rights => ({
    ...readSharing(one),
    everyone: isRecord(one) && one['everyone'] === true,
  });
  return {
    own: isRecord(body['own']) ? rights(body['own']) : null,
    effective: rights(body['effective']),
    from: words(body['from']),
  };
}

export function readViews(json: unknown): Views {
  const body = record(json, 'views');
  const settings = record(body['settings'], 'settings');
  return {
    items: entries(body['items']).map(readView),
    settings: {
      defaultViewId: words(settings['default_view_id']),
      columns: Array.isArray(settings['columns']) ? strings(settings['columns']) : null,
      isDense: settings['is_dense'] === true,
    },
    mayShare: body['may_share'] === true,
  };
}

export function readView(json: unknown): View {
  const view = record(json, 'view');
  const list = record(view['list'], 'list');
  return {
    id: text(view['id'], 'id'),
    name: text(view['name'], 'name'),
    isShared: view['is_shared'] === true,
    mayEdit: view['may_edit'] === true,
    by: isRecord(view['by']) ? words(view['by']['name']) : null,
    list: Object.fromEntries(
      Object.entries(list).flatMap(([name, value]): [string, string | string[]][] => {
        if (typeof value === 'string') return [[name, value]];
        return Array.isArray(value) ? [[name, strings(value)]] : [];
      }),
    ),
  };
}

export function readFields(json: unknown): { items: Field[]; mayEdit: boolean } {
  const body = record(json, 'fields');
  return {
    items: entries(body['items']).map((field) => ({
      ...readFieldHead(field),
      choices: strings(field['choices']),
    })),
    mayEdit: body['may_edit'] === true,
  };
}

export function readSimilar(json: unknown): SimilarItem[] {
  return entries(record(json, 'similar')['items']).map((item) => ({
    id: text(item['id'], 'id'),
    title: text(item['title'], 'title'),
    category: words(item['category']),
    likeness: amount(item['likeness']),
  }));
}

function readFieldHead(field: Record<string, unknown>): Omit<Field, 'choices'> {
  return {
    id: text(field['id'], 'id'),
    key: text(field['key'], 'key'),
    name: text(field['name'], 'name'),
    kind: fieldKinds.find((kind) => kind === field['kind']) ?? 'text',
  };
}

function readFieldValue(json: unknown): FieldValue | null {
  if (typeof json === 'string' || typeof json === 'number') return json;
  if (!isRecord(json)) return null;
  return { amount: text(json['amount'], 'amount'), currency: text(json['currency'], 'currency') };
}

function readSharing(json: unknown): Sharing {
  return isRecord(json)
    ? { read: strings(json['read']), edit: strings(json['edit']) }
    : { read: [], edit: [] };
}
