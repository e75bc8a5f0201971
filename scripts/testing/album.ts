/** One picture of a page beside the one that is kept. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { root } from './checkout.ts';
import { openAlbum } from './pictures.ts';

export type Gallery = {
  /** @returns what is wrong with it, as a test shows it: nothing where there is nothing to compare with */
  faultOf: (name: string, picture: Uint8Array) => Promise<string | null>;
  /** Why no picture is compared on this machine, in words; nothing where they are. */
  whyNot: string | null;
  /** What is seen is kept instead of compared. */
  isRenewing: boolean;
};

/** @param folder from the root of the checkout */
export async function openGallery(browser: Browser, folder: string): Promise<Gallery> {
  const isRenewing = process.env['BERTH_BASELINES'] === 'renew';
  const album = await openAlbum(browser, join(root, folder), isRenewing);
  const isCompared = isRenewing || album.isKnown;
  const whyNot = isCompared
    ? null
    : `No pictures of ${album.renderer} in ${folder}: the layout alone is checked`;
  if (whyNot) console.warn(`${whyNot}. \`npm run looks -- --baselines\` takes them.`);
  return {
    whyNot,
    isRenewing,
    faultOf: async (name, picture) => {
      const comparison = await album.compare(name, picture);
      return 'detail' in comparison ? `${name}: ${comparison.detail}` : null;
    },
  };
}
