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
};

/** @param folder from the root of the checkout */
export async function openGallery(browser: Browser, folder: string): Promise<Gallery> {
  const isRenewing = process.env['BERTH_BASELINES'] === 'renew';
  const album = await openAlbum(browser, join(root, folder), isRenewing);
  const isCompared = isRenewing || album.isKnown;
  return {
    whyNot: isCompared ? null : `No pictures of ${album.renderer}: the layout alone is checked`,
    faultOf: async (name, picture) => {
      const comparison = await album.compare(name, picture);
      return 'detail' in comparison ? `${name}: ${comparison.detail}` : null;
    },
  };
}
