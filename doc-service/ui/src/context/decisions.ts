import { useQueryClient } from '@tanstack/react-query';

import { useSurroundings } from './app-context.tsx';
import { Failure } from '../api/failure.ts';
import type { ProposalField, Values } from '../api/suggestions.ts';
import { t } from '../words/words.ts';

export type Decisions = {
  /** @returns whether it was saved */
  confirm(id: string, values: Values): Promise<boolean>;
  reject(id: string, fields: readonly ProposalField[]): Promise<boolean>;
  confirmFolder(folder: string, from: number): Promise<boolean>;
};

/**
 * What a person decides about proposals: told afterwards with Undo, or with what went wrong. @param onUndone
 * the document that is asked back
 */
export function useDecisions(onUndone: (id: string | null) => void = () => {}): Decisions {
  const { suggestions, notices, tellBadges } = useSurroundings();
  const queries = useQueryClient();
  const refresh = () => {
    for (const key of ['suggestions', 'documents', 'categories', 'facets'])
      void queries.invalidateQueries({ queryKey: [key] });
    tellBadges();
  };
  const attempt = async (work: () => Promise<void>, failed: string): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (failure) {
      notices.tellFailure(`${failed} ${wordsOf(failure)}`);
      return false;
    } finally {
      refresh();
    }
  };
  const undoable = (text: string, id: string | null, undo: () => Promise<void>) =>
    notices.tell(text, {
      name: t('Undo'),
      isUndo: true,
      run: () => {
        // At once: told with the answer, it would take back the step that a person made meanwhile.
        onUndone(id);
        void attempt(undo, t('It could not be undone.'));
      },
    });

  return {
    confirm: (id, values) =>
      attempt(async () => {
        const undoId = await suggestions.confirm(id, values);
        if (undoId === null) notices.tell(t('Accepted. It was so already.'));
        else undoable(t('Accepted.'), id, () => suggestions.undo(undoId));
      }, t('Nothing was accepted.')),
    reject: (id, fields) =>
      attempt(async () => {
        await suggestions.reject(id, fields);
        undoable(t('Rejected. The document stays as it is.'), id, () => suggestions.reopen(id, fields));
      }, t('Nothing was rejected.')),
    confirmFolder: (folder, from) =>
      attempt(async () => {
        const { changed, undoId } = await suggestions.confirmFolder(folder, from);
        const text = t('{count, plural, one {1 document changed.} other {# documents changed.}}', {
          count: changed,
        });
        if (undoId === null) notices.tell(text);
        else undoable(text, null, () => suggestions.undo(undoId));
      }, t('Nothing was accepted.')),
  };
}

function wordsOf(failure: unknown): string {
  return failure instanceof Failure ? failure.message : t('The answer could not be understood.');
}
