/** Proposals of the archive, asked for and decided about; read field by field. */
import type { Ask } from './ask.ts';
import { readUsed, readUsage, type Usage } from './usage-wire.ts';
import type { Used } from '../model/format.ts';

export const proposalFields = [
  'folder',
  'title',
  'file_name',
  'type',
  'correspondent',
  'date',
  'tags',
  'invoice_number',
  'amount',
  'due_date',
  'iban',
] as const;
export type ProposalField = (typeof proposalFields)[number];
export type ProposalValue = string | readonly string[];
export type Proposal = {
  field: ProposalField;
  value: ProposalValue;
  current: ProposalValue | null;
  isNew: boolean;
  reason: string;
  confidence: number;
  method: string;
  page: number | null;
  isPending: boolean;
};
export type Proposals = {
  items: Proposal[];
  mayEdit: boolean;
  /** What became of asking a model: a word, and a sentence. */
  model: { state: string; detail: string | null; used: Used };
};
export type InboxItem = {
  id: string;
  title: string;
  filename: string;
  category: string | null;
  pages: number | null;
  folder: string;
  confidence: number;
  /** What a model needed for it; no tokens: none was asked. */
  used: Used;
  proposals: Proposal[];
};
export type InboxFolder = { folder: string; count: number; sure: number };
export type Inbox = {
  items: InboxItem[];
  total: number;
  next: string | null;
  folders: InboxFolder[];
  sureFrom: number;
  model: Model | null;
};
export type Model = { state: string; detail: string | null; name: string | null; isLocal: boolean };
export const privacyLevels = ['none', 'local', 'any'] as const;
export type PrivacyLevel = (typeof privacyLevels)[number];
export type PrivacyList = {
  rest: PrivacyLevel;
  folders: { path: string; level: PrivacyLevel }[];
  mayEdit: boolean;
};
export type Values = Readonly<Partial<Record<ProposalField, ProposalValue>>>;

export type Suggestions = {
  inbox(folder: string | null, after: string | null, signal: AbortSignal): Promise<Inbox>;
  of(id: string, signal: AbortSignal): Promise<Proposals>;
  /**
   * @param values of the fields that are confirmed: as proposed, or as the person edited them. @returns for
   * undo
   */
  confirm(id: string, values: Values): Promise<string | null>;
  reject(id: string, fields: readonly ProposalField[]): Promise<void>;
  /** Takes rejections back. */
  reopen(id: string, fields: readonly ProposalField[]): Promise<void>;
  confirmFolder(folder: string, from: number): Promise<{ changed: number; undoId: string | null }>;
  undo(undoId: string): Promise<void>;
  privacy(signal: AbortSignal): Promise<PrivacyList>;
  setPrivacy(path: string, level: PrivacyLevel | null): Promise<void>;
  /** What models used lately. */
  usage(signal: AbortSignal): Promise<Usage>;
};

export function createSuggestions(ask: Ask): Suggestions {
  const json = async (path: string, signal: AbortSignal): Promise<unknown> =>
    (await ask(path, { signal })).json();
  const send = async (path: string, body: object, method = 'POST'): Promise<unknown> =>
    (
      await ask(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    ).json();
  const one = (id: string) => `documents/${encodeURIComponent(id)}/suggestions`;
  return {
    async inbox(folder, after, signal) {
      const search = new URLSearchParams({ limit: '20' });
      if (folder !== null) search.set('folder', folder);
      if (after !== null) search.set('after', after);
      return readInbox(await json(`documents/suggestions?${search}`, signal));
    },
    of: async (id, signal) => readProposals(await json(one(id), signal)),
    confirm: async (id, values) => words(recordOf(await send(`${one(id)}/confirm`, { values }))['undo_id']),
    reject: async (id, fields) => void (await send(`${one(id)}/reject`, { fields })),
    reopen: async (id, fields) => void (await send(`${one(id)}/reopen`, { fields })),
    async confirmFolder(folder, from) {
      const done: unknown = await send('documents/suggestions/confirm', { folder, min_confidence: from });
      return { changed: amount(recordOf(done)['changed']), undoId: words(recordOf(done)['undo_id']) };
    },
    undo: async (undoId) => void (await send(`documents/bulk/${encodeURIComponent(undoId)}/undo`, {})),
    async privacy(signal) {
      const body = recordOf(await json('documents/suggestions/privacy', signal));
      const folders = records(body['items']).flatMap((item) => {
        const level = levelOf(item['level']);
        return level === null ? [] : [{ path: words(item['path']) ?? '', level }];
      });
      return { rest: levelOf(body['default']) ?? 'none', folders, mayEdit: body['may_edit'] === true };
    },
    usage: async (signal) => readUsage(await json('documents/suggestions/usage', signal)),
    setPrivacy: async (path, level) =>
      void (await send('documents/suggestions/privacy', { path, level }, 'PATCH')),
  };
}

function readInbox(json: unknown): Inbox {
  const body = recordOf(json);
  return {
    items: records(body['items']).flatMap((item) => {
      const document = recordOf(item['document']);
      const id = words(document['id']);
      if (id === null) return [];
      const filename = words(document['filename']) ?? '';
      return [
        {
          id,
          filename,
          title: words(document['title']) ?? filename,
          category: words(document['category']),
          pages: typeof document['pages'] === 'number' ? document['pages'] : null,
          folder: words(item['folder']) ?? '',
          confidence: amount(item['confidence']),
          used: readUsed(item),
          proposals: readList(item['suggestions']),
        },
      ];
    }),
    total: amount(body['total']),
    next: words(body['next']),
    folders: records(body['folders']).map((one) => ({
      folder: words(one['folder']) ?? '',
      count: amount(one['count']),
      sure: amount(one['sure']),
    })),
    sureFrom: typeof body['sure_from'] === 'number' ? body['sure_from'] : 0.9,
    model: readModel(body['model']),
  };
}

function readModel(json: unknown): Model | null {
  const body = recordOf(json);
  const state = words(body['state']);
  if (state === null) return null;
  return {
    state,
    detail: words(body['detail']),
    name: words(body['name']),
    isLocal: body['is_local'] === true,
  };
}

function readProposals(json: unknown): Proposals {
  const body = recordOf(json);
  const run = recordOf(body['run']);
  return {
    items: readList(body['items']),
    mayEdit: body['may_edit'] === true,
    model: {
      state: words(run['provider']) ?? 'off',
      detail: words(run['detail']),
      used: readUsed(run),
    },
  };
}

function readList(json: unknown): Proposal[] {
  return records(json).flatMap((item) => {
    const field = proposalFields.find((one) => one === item['field']);
    const value = valueOf(item['value']);
    if (field === undefined || value === null) return [];
    const source = recordOf(item['source']);
    return [
      {
        field,
        value,
        current: valueOf(item['current']),
        isNew: item['is_new'] === true,
        reason: words(item['reason']) ?? '',
        confidence: amount(item['confidence']),
        method: words(source['method']) ?? '',
        page: typeof source['page'] === 'number' ? source['page'] : null,
        isPending: item['state'] === 'pending',
      },
    ];
  });
}

function valueOf(json: unknown): ProposalValue | null {
  if (Array.isArray(json)) return json.filter((one) => typeof one === 'string');
  return words(json);
}

function levelOf(json: unknown): PrivacyLevel | null {
  return privacyLevels.find((one) => one === json) ?? null;
}

function recordOf(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? { ...json } : {};
}

function records(json: unknown): Record<string, unknown>[] {
  return Array.isArray(json) ? json.map(recordOf) : [];
}

function words(json: unknown): string | null {
  return typeof json === 'string' && json !== '' ? json : null;
}

function amount(json: unknown): number {
  return typeof json === 'number' && json >= 0 ? json : 0;
}
