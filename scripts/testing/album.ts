/** One picture of a page beside the one that is kept, in light and in dark. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { root } from './checkout.ts';
import { openAlbum, type Album } from './pictures.ts';

export type Gallery = {
  /** @returns what is wrong with it, as a test shows it: nothing where there is nothing to compare with */
  faultOf: (name: string, picture: Uint8Array) => Promise<string | null>;
  album: Album;
};

/** @param folder from the root of the checkout */
export async function openGallery(browser: Browser, folder: string): Promise<Gallery> {
  const album = await openAlbum(browser, join(root, folder), process.env['BERTH_BASELINES'] === 'renew');
  let isTold = false;
  return {
    album,
    faultOf: async (name, picture) => {
      const comparison = await album.compare(name, picture);
      if (comparison.outcome === 'no-baselines' && !isTold) {
        isTold = true;
        console.log(`No baselines for this renderer (${album.renderer}): the layout alone is checked.`);
      }
      return 'detail' in comparison ? `${name}: ${comparison.detail}` : null;
    },
  };
}
