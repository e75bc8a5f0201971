/** The four looks in which every page is seen: wide and narrow, light and dark. */
import type { BrowserContextOptions, Frame, Page, Request } from 'playwright-core';

export type Look = { name: string; isPhone: boolean; options: BrowserContextOptions };

const widths = [
  { name: 'wide', isPhone: false, viewport: { width: 1280, height: 800 } },
  { name: 'phone', isPhone: true, viewport: { width: 390, height: 844 } },
];
const schemes = ['light', 'dark'] as const;

export const looks: readonly Look[] = widths.flatMap(({ name, isPhone, viewport }) =>
  schemes.map((colorScheme) => ({
    name: `${name}-${colorScheme}`,
    isPhone,
    options: {
      viewport,
      colorScheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      deviceScaleFactor: 1,
      ...(isPhone ? { hasTouch: true, isMobile: true } : {}),
    },
  })),
);

/**
 * Waits until nothing is on its way: no skeleton, no busy part, fonts and pictures there. It waits for states
 * alone, so a page that follows live events settles too.
 */
export async function settled(where: Page | Frame): Promise<void> {
  await where.waitForFunction(() => {
    const isBusy =
      document.querySelector('[aria-busy="true"], .mantine-Skeleton-root[data-visible]') !== null;
    const arePicturesThere = Array.from(document.images).every(
      ({ complete, loading }) => complete || loading === 'lazy',
    );
    return !isBusy && arePicturesThere && document.fonts.status === 'loaded';
  });
}

/**
 * Waits for what fades or slides: it has no contrast and no place of its own yet. What moves for ever,
 * such as a skeleton, is not waited for.
 */
export async function atRest(where: Page | Frame): Promise<void> {
  await where.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ effect, playState }) =>
          playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
      ),
  );
}

export type OpenRequests = {
  /** Their addresses, without what follows the `?`. */
  now: () => string[];
  /** Waits until each has its answer. */
  none: () => Promise<void>;
};

/** The requests of a page that wait for their answers, but for streams of events, which never end. */
export function openRequests(page: Page): OpenRequests {
  const open = new Set<Request>();
  const waiting: (() => void)[] = [];
  const end = (request: Request): void => {
    open.delete(request);
    if (open.size === 0) for (const go of waiting.splice(0)) go();
  };
  page.on('request', (request) => {
    if (!isStream(request)) open.add(request);
  });
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  return {
    now: () => [...open].map((request) => new URL(request.url()).pathname),
    none: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

function isStream(request: Request): boolean {
  const accepted = request.headers()['accept'] ?? '';
  return request.resourceType() === 'eventsource' || accepted.startsWith('text/event-stream');
}
