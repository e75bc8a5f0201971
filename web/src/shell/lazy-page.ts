import { lazyRouteComponent } from '@tanstack/react-router';

/**
 * A page that is fetched when it is first opened. Where that fails the page says so: reloading by itself, as the router would, leaves
 * whoever has no connection with the browser's own error page.
 */
export const lazyPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(
    () =>
      load().catch((cause: unknown) => {
        throw new Error(
          `A part of Berth is missing: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        );
      }),
    name,
  );
