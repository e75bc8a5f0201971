import { useQueryClient } from '@tanstack/react-query';

import { Failure } from '../api/failure.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { t } from '../words/words.ts';

/** Saves something beside a document and asks for it anew. @returns a function that says whether it was saved */
export function useBeside(id: string): (work: () => Promise<void>, refused: string) => Promise<boolean> {
  const { notices } = useSurroundings();
  const queries = useQueryClient();
  return async (work, refused) => {
    try {
      await work();
      await queries.invalidateQueries({ queryKey: ['documents', 'one', id] });
      void queries.invalidateQueries({ queryKey: ['facets'] });
      return true;
    } catch (cause) {
      const why = cause instanceof Failure ? cause.message : t('The answer could not be understood.');
      notices.tellFailure(`${refused} ${why}`);
      return false;
    }
  };
}
