import type { Apply, ListSelection } from './selection.ts';
import { useSurroundings } from '../context/app-context.tsx';

/** Changes what is selected; the selection ends with it. */
export function useBulk(selection: ListSelection, before: () => void = () => undefined): Apply {
  const { edits } = useSurroundings();
  return (change, done, one) => {
    before();
    const which = one === undefined ? selection.asked() : { ids: [one] };
    void edits.bulk(which, change, done);
    selection.clear();
  };
}
