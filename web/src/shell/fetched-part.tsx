/** A part of a page that is fetched when it is first shown. */
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { t } from '#words/words.ts';
import { tellFailure } from './toasts.tsx';

type Lost<Props> = (lost: { error: unknown; retry: () => void; props: Props }) => ReactNode;
type Fetched<Props> = { part: ComponentType<Props> } | { error: unknown } | null;

/**
 * Until it is there its place is empty. One that could not be fetched is asked for again when it is shown
 * anew: `lazy` would keep the failure until the page is loaded again.
 */
export function fetchedPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  lost: Lost<Props>,
) {
  return function FetchedPart(props: Props) {
    const [round, setRound] = useState(0);
    const [fetched, setFetched] = useState<Fetched<Props>>(null);
    useEffect(() => {
      let isShown = true;
      load().then(
        (part) => isShown && setFetched({ part }),
        (error: unknown) => isShown && setFetched({ error }),
      );
      return () => {
        isShown = false;
      };
    }, [round]);
    if (fetched === null) return null;
    if ('error' in fetched) {
      const retry = (): void => {
        setFetched(null);
        setRound(round + 1);
      };
      return lost({ error: fetched.error, retry, props });
    }
    const { part: Part } = fetched;
    return <Part {...props} />;
  };
}

/** In the place of a window that did not come: it is said, and the next time it is asked for again. */
export function LostWindow({ error, onClose }: { error: unknown; onClose: () => void }) {
  useEffect(() => {
    tellFailure(t('This part of Berth could not be fetched. Open it again to try anew.'), error);
    onClose();
  }, [error, onClose]);
  return null;
}
