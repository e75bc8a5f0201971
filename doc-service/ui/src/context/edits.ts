import type { QueryClient } from '@tanstack/react-query';

import type { Notices } from './notices.ts';
import type { Api, BulkChange, FieldChange, Selection } from '../api/client.ts';
import { Failure } from '../api/failure.ts';
import type { DocumentDetail, DocumentItem, DocumentList } from '../api/wire.ts';
import { t } from '../words/words.ts';

export type Edits = {
  /** Saves one field. The page shows it at once, and the old value again when it is refused. */
  change(document: DocumentItem, change: FieldChange): Promise<void>;
  /** Changes many documents at once. @param done what is told afterwards, such as "3 documents moved" */
  bulk(selection: Selection, change: BulkChange, done: (changed: number) => string): Promise<void>;
};

type Cached = DocumentList | DocumentDetail;

/** What people change on documents: shown at once, told with Undo, and told when it was not saved. */
export function createEdits(api: Api, queries: QueryClient, notices: Notices): Edits {
  /** Changes of one document go one after the other. */
  const waiting = new Map<string, Promise<void>>();
  const steps = createSteps();

  const refresh = () => {
    for (const key of ['documents', 'categories', 'facets'])
      void queries.invalidateQueries({ queryKey: [key] });
  };

  function patch(ids: ReadonlySet<string>, changed: (item: DocumentItem) => DocumentItem | null): void {
    queries.setQueriesData<Cached>({ queryKey: ['documents'] }, (cached) => {
      if (cached === undefined) return cached;
      if (!('items' in cached)) return ids.has(cached.id) ? { ...cached, ...changed(cached) } : cached;
      if (!cached.items.some(({ id }) => ids.has(id))) return cached;
      return {
        ...cached,
        items: cached.items
          .map((item) => (ids.has(item.id) ? changed(item) : item))
          .filter((item) => item !== null),
      };
    });
  }

  async function save(document: DocumentItem, change: FieldChange): Promise<void> {
    const only = new Set([document.id]);
    const before = previousOf(document, change);
    await queries.cancelQueries({ queryKey: ['documents'] });
    patch(only, (item) => ({ ...item, ...change }));
    try {
      const etag = steps.current(document);
      const saved = await api.change(document.id, etag, change);
      steps.note(document.id, etag, saved.etag);
      // A list's hit keeps what was found in it.
      patch(only, (item) => ({ ...item, ...saved, snippet: item.snippet, foundPage: item.foundPage }));
      notices.tell(t('{name} saved.', { name: nameOf(change) }), {
        name: t('Undo'),
        isUndo: true,
        run: () => void edits.change(saved, before),
      });
    } catch (cause) {
      patch(only, (item) => ({ ...item, ...before }));
      tellRefused(document.id, change, cause);
    }
    refresh();
  }

  function tellRefused(id: string, change: FieldChange, cause: unknown): void {
    const name = nameOf(change);
    if (!(cause instanceof Failure))
      return notices.tellFailure(t('{name} was not saved. The answer could not be understood.', { name }));
    if (cause.kind !== 'stale')
      return notices.tellFailure(t('{name} was not saved. {message}', { name, message: cause.message }));
    const again = async () => {
      try {
        await edits.change(await api.document(id, AbortSignal.timeout(30_000)), change);
      } catch (failure) {
        notices.tellFailure(t('{name} was not saved. {message}', { name, message: messageOf(failure) }));
      }
    };
    notices.tellFailure(
      t('Somebody else changed this document meanwhile. {name} was not saved; theirs is shown.', { name }),
      {
        name: t('Save mine'),
        run: () => void again(),
      },
    );
  }

  const edits: Edits = {
    change(document, change) {
      const turn = (waiting.get(document.id) ?? Promise.resolve()).then(() => save(document, change));
      waiting.set(document.id, turn);
      return turn;
    },
    async bulk(selection, change, done) {
      await queries.cancelQueries({ queryKey: ['documents'] });
      if ('ids' in selection) patch(new Set(selection.ids), (item) => bulkChanged(item, change));
      try {
        const { changed, skipped, undoId } = await api.bulk(selection, change);
        const undo = async () => {
          if (undoId === null) return;
          try {
            await api.undo(undoId);
            notices.tell(t('Undone.'));
          } catch (failure) {
            notices.tellFailure(t('It could not be undone. {message}', { message: messageOf(failure) }));
          }
          refresh();
        };
        notices.tell(
          `${done(changed)} ${skippedWords(skipped)}`.trim(),
          undoId === null ? null : { name: t('Undo'), isUndo: true, run: () => void undo() },
        );
      } catch (failure) {
        notices.tellFailure(t('Nothing was changed. {message}', { message: messageOf(failure) }));
      }
      refresh();
    },
  };
  return edits;
}

/** Our own changes lead from one etag to the next; only a change by others is a conflict. */
function createSteps() {
  const own = new Map<string, string>();
  return {
    /** @returns the etag that our own changes led to */
    current({ id, etag }: DocumentItem): string | null {
      let current = etag;
      for (let next = own.get(`${id} ${current}`); next !== undefined; next = own.get(`${id} ${current}`))
        current = next;
      return current;
    },
    note(id: string, from: string | null, to: string | null): void {
      if (from === null || to === null || from === to) return;
      // A document that is again as it was has its old etag again.
      own.delete(`${id} ${to}`);
      own.set(`${id} ${from}`, to);
    },
  };
}

function skippedWords(count: number): string {
  if (count === 0) return '';
  return t(
    '{count, plural, one {1 that you may not change stays as it is.} other {# that you may not ' +
      'change stay as they are.}}',
    { count },
  );
}

function bulkChanged(item: DocumentItem, change: BulkChange): DocumentItem | null {
  // It leaves the list that is shown: the trash, or the one that is not the trash.
  if (change.trash !== undefined && change.trash !== item.isTrashed) return null;
  const removed = new Set(change.remove_tags?.map((tag) => tag.toLocaleLowerCase()));
  const kept = item.tags.filter((tag) => !removed.has(tag.toLocaleLowerCase()));
  const had = new Set(kept.map((tag) => tag.toLocaleLowerCase()));
  return {
    ...item,
    tags: [...kept, ...(change.add_tags ?? []).filter((tag) => !had.has(tag.toLocaleLowerCase()))],
    type: change.type === undefined ? item.type : change.type,
    correspondent: change.correspondent === undefined ? item.correspondent : change.correspondent,
    category: change.category === undefined ? item.category : change.category,
  };
}

function previousOf(document: DocumentItem, change: FieldChange): FieldChange {
  if ('title' in change) return { title: document.title };
  if ('type' in change) return { type: document.type };
  if ('correspondent' in change) return { correspondent: document.correspondent };
  return 'date' in change ? { date: document.date } : { tags: document.tags };
}

function nameOf(change: FieldChange): string {
  if ('title' in change) return t('Title');
  if ('type' in change) return t('Type');
  if ('correspondent' in change) return t('Correspondent');
  return 'date' in change ? t('Date') : t('Tags');
}

function messageOf(failure: unknown): string {
  return failure instanceof Failure ? failure.message : t('The answer could not be understood.');
}
