import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router';
import { useLocale } from '#words/use-locale.ts';
import { t } from '#words/words.ts';

/**
 * A page that is fetched when it is first opened. Where that fails the page says so: reloading by itself, as
 * the router would, leads to the browser's own error page where there is no connection.
 */
export const lazyPage: typeof lazyRouteComponent = (load, name) => {
  const Page = lazyRouteComponent(
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
  return Object.assign(spoken(Page), Page);
};

/**
 * The page is drawn anew in another language, and keeps what is typed into it. The router draws a page only
 * when its address changes. Below a page, only fields of forms are held back: they ask for the language too.
 */
export function spoken(Page: RouteComponent): RouteComponent {
  return function SpokenPage() {
    useLocale();
    return <Page />;
  };
}
