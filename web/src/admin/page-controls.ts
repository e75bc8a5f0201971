/** The arrows beside a row of page numbers. */
import { msg } from '#words/words.ts';

export const pageControls = {
  first: msg('First page'),
  previous: msg('Previous page'),
  next: msg('Next page'),
  last: msg('Last page'),
};
