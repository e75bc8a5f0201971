import type { IncomingMessage } from 'node:http';

import type { FakeDocuments, FakeItem, FakeProposal } from './fake-documents.types.ts';

type Send = (status: number, body: unknown) => void;
type Done = { id: string; proposals: FakeProposal[]; before: FakeItem };

/** What waits for a decision, and how the inbox lists it. */
function createInbox(fake: FakeDocuments) {
  const pendingOf = (id: string): FakeProposal[] =>
    (fake.proposals.get(id) ?? []).filter(({ state }) => state === 'pending');
  const bestOf = (id: string): number => Math.max(0, ...pendingOf(id).map(({ confidence }) => confidence));
  const folderOf = (item: FakeItem): string =>
    String(pendingOf(item.id).find(({ field }) => field === 'folder')?.value ?? item.category ?? '');

  const waiting = (): FakeItem[] =>
    fake.items
      .filter(({ id }) => pendingOf(id).length > 0)
      .toSorted((a, b) => bestOf(b.id) - bestOf(a.id) || a.id.localeCompare(b.id));

  function inbox(url: URL, send: Send): void {
    const folder = url.searchParams.get('folder');
    const all = waiting();
    const shown = folder === null ? all : all.filter((item) => folderOf(item) === folder);
    const folders = Map.groupBy(all, folderOf);
    send(200, {
      items: shown.map((item) => ({
        document: item,
        confidence: bestOf(item.id),
        ...usedOf(fake),
        folder: folderOf(item),
        suggestions: pendingOf(item.id).map((one) => wire(one, item)),
      })),
      total: shown.length,
      next: null,
      sure_from: 0.9,
      folders: [...folders].map(([path, items]) => ({
        folder: path,
        count: items.length,
        sure: items.filter(({ id }) => bestOf(id) >= 0.9).length,
      })),
      model: fake.model,
    });
  }

  return { pendingOf, folderOf, waiting, inbox };
}

/** The proposals of the archive in memory. @returns whether the request was about them */
export function createProposals(fake: FakeDocuments) {
  const undoable = new Map<string, Done[]>();
  const { pendingOf, folderOf, waiting, inbox } = createInbox(fake);

  function apply(item: FakeItem, chosen: readonly FakeProposal[], values: Record<string, unknown>): Done {
    const before = { ...item };
    for (const one of chosen) {
      const edited = values[one.field];
      const value = typeof edited === 'string' ? edited : String(one.value);
      one.state = 'confirmed';
      if (one.field === 'folder') item.category = value;
      if (one.field === 'title') item.title = value;
    }
    return { id: item.id, proposals: [...chosen], before };
  }

  function decide(action: string, item: FakeItem, body: Record<string, unknown>, send: Send): void {
    const fields = Array.isArray(body['fields']) ? body['fields'] : Object.keys(recordOf(body['values']));
    const meant = (fake.proposals.get(item.id) ?? []).filter(({ field }) => fields.includes(field));
    const wanted = meant.filter(({ state }) => state === (action === 'reopen' ? 'rejected' : 'pending'));
    if (wanted.length === 0)
      return send(409, { title: 'Conflict', detail: 'Nothing is proposed for it now.', status: 409 });
    if (action !== 'confirm') {
      for (const one of wanted) one.state = action === 'reject' ? 'rejected' : 'pending';
      return send(200, { items: [], may_edit: true });
    }
    const undoId = `undo-${undoable.size}`;
    undoable.set(undoId, [apply(item, wanted, recordOf(body['values']))]);
    send(200, { items: [], may_edit: true, undo_id: undoId });
  }

  function confirmFolder({ folder, min_confidence: least }: Record<string, unknown>, send: Send): void {
    const undoId = `undo-${undoable.size}`;
    const done = waiting()
      .filter((item) => folderOf(item) === folder)
      .map((item) =>
        apply(
          item,
          pendingOf(item.id).filter(({ confidence }) => confidence >= Number(least)),
          {},
        ),
      );
    undoable.set(undoId, done);
    send(200, { changed: done.length, skipped: 0, undo_id: undoId });
  }

  function undo(undoId: string, send: Send): boolean {
    const all = undoable.get(undoId);
    if (!all) return false;
    for (const { id, proposals, before } of all) {
      const item = fake.items.find((one) => one.id === id);
      if (item) Object.assign(item, before);
      for (const one of proposals) one.state = 'pending';
    }
    send(200, { changed: all.length, skipped: 0 });
    return true;
  }

  function privacy(method: string, body: Record<string, unknown>, send: Send): void {
    if (method === 'PATCH') {
      fake.privacy = fake.privacy.filter(({ path }) => path !== body['path']);
      if (typeof body['level'] === 'string')
        fake.privacy.push({ path: String(body['path']), level: body['level'] });
    }
    send(200, { items: fake.privacy, default: 'local', may_edit: fake.mayEdit });
  }

  return (request: IncomingMessage, url: URL, send: Send): boolean => {
    const parts = url.pathname.split('/').filter((segment) => segment !== '');
    const [, id = '', part = '', action = ''] = parts;
    const method = request.method ?? 'GET';
    if (id === 'bulk' && action === 'undo') return undo(part, send);
    if (id === 'suggestions') {
      if (part === '') inbox(url, send);
      else if (part === 'usage')
        send(200, {
          days: 30,
          items: [{ model: 'small-1', documents: 41, questions: 44, failed: 3, ...usedOf(fake) }],
        });
      else
        void bodyOf(request).then((body) =>
          part === 'privacy' ? privacy(method, body, send) : confirmFolder(body, send),
        );
      return true;
    }
    const item = fake.items.find((one) => one.id === id);
    if (part !== 'suggestions' || !item) return false;
    if (method === 'GET')
      send(200, {
        items: (fake.proposals.get(id) ?? []).map((one) => wire(one, item)),
        may_edit: fake.mayEdit,
        run: { state: 'done', provider: fake.model.state, detail: null, ...usedOf(fake) },
      });
    else void bodyOf(request).then((body) => decide(action, item, body, send));
    return true;
  };
}

function usedOf({ model }: FakeDocuments) {
  return model.state === 'answered'
    ? { tokens: 1321, costs: [{ amount: 0.0031, currency: 'EUR' }] }
    : { tokens: 0, costs: [] };
}

function wire(one: FakeProposal, item: FakeItem) {
  const current: Record<string, unknown> = {
    folder: item.category,
    title: item.title,
    file_name: item.filename,
  };
  return { ...one, is_new: one.is_new ?? false, current: current[one.field] ?? null };
}

function recordOf(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? { ...json } : {};
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return recordOf(text === '' ? {} : JSON.parse(text));
}
