import { lazy, Suspense, type ComponentType } from 'react';

/** A part that is fetched when it is first shown. Until it is there, its place is empty. */
export function fetched<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Part = lazy(async () => ({ default: await load() }));
  return function Fetched(props: Props) {
    return (
      <Suspense>
        <Part {...props} />
      </Suspense>
    );
  };
}
