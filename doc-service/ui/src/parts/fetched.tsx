import { lazy, Suspense, useState, type ComponentType, type LazyExoticComponent } from 'react';

/**
 * A part that is fetched when it is first shown. Until it is there, its place is empty. Where it cannot be
 * fetched the view says so; shown anew it is asked for again, while `lazy` alone would keep the failure until
 * the page is loaded again.
 */
export function fetched<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const begin = (): LazyExoticComponent<ComponentType<Props>> =>
    lazy(() =>
      load().then(
        (part) => ({ default: part }),
        (error: unknown) => {
          next = begin();
          throw error;
        },
      ),
    );
  let next = begin();
  return function Fetched(props: Props) {
    // What is shown stays with its own attempt, so that a failure reaches the page that says it.
    const [Part] = useState(() => next);
    return (
      <Suspense>
        <Part {...props} />
      </Suspense>
    );
  };
}
