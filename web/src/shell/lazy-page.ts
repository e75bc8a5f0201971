import { lazyRouteComponent } from '@tanstack/react-router';
import { t } from '#words/words.ts';

/**
 * A page that is fetched when it is first opened. Where that fails the page says so: reloading by itself, as
 * the router would, leads to the browser's own error page where there is no connection.
 */
export const lazyPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(
    () =>
      load().catch((cause: unknown) => {
        throw new Error(
          t('A part of Berth is missing: {reason}', {
            reason: cause instanceof Error ? cause.message : String(cause),
          }),
          { cause },
        );
      }),
    name,
  );
