/** The four looks in which every page is seen: wide and narrow, light and dark. */
import type { BrowserContextOptions, Frame, Page } from 'playwright-core';

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
