import type { Apply, ListSelection } from './selection.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { counted } from '../model/format.ts';

/** Changes what is selected; the selection ends with it. */
export function useBulk(selection: ListSelection, before: () => void = () => undefined): Apply {
  const { edits, reader } = useSurroundings();
  return (change, done, one) => {
    before();
    const which = one === undefined ? selection.asked() : { ids: [one] };
    void edits.bulk(
      which,
      change,
      (changed) => `${counted(changed, 'document', 'documents', reader)} ${done}.`,
    );
    selection.clear();
  };
}
