/** What is different between the texts of two versions, page by page. */
import { diffArrays, diffWordsWithSpace } from 'diff';

export type Piece = { text: string; kind: 'same' | 'added' | 'removed' };
/** The pages of either version; absent where the other has a page more. `pieces` is empty for pages that are the same. */
export type PagePair = { before: number | null; after: number | null; pieces: Piece[] };
/** `changedCount`: pages that are different. */
export type Comparison = { pairs: PagePair[]; changedCount: number };

/** Pages with more changes than this are shown as wholly new: comparing their words would take long. */
const maxEdits = 1_000;

export function compareVersions(before: readonly string[], after: readonly string[]): Comparison {
  const pairs: PagePair[] = [];
  let at = { before: 0, after: 0 };
  const runs = diffArrays(before.map(plain), after.map(plain));
  let removed = 0;
  let added = 0;
  const close = () => {
    for (let index = 0; index < Math.max(removed, added); index++) {
      const one = index < removed ? at.before + index : null;
      const other = index < added ? at.after + index : null;
      const pieces = textPieces(one === null ? '' : before[one], other === null ? '' : after[other]);
      pairs.push({ before: numbered(one), after: numbered(other), pieces });
    }
    at = { before: at.before + removed, after: at.after + added };
    removed = 0;
    added = 0;
  };
  for (const run of runs) {
    if (run.removed) removed += run.value.length;
    else if (run.added) added += run.value.length;
    else {
      close();
      for (let index = 0; index < run.value.length; index++)
        pairs.push({ before: at.before + index + 1, after: at.after + index + 1, pieces: [] });
      at = { before: at.before + run.value.length, after: at.after + run.value.length };
    }
  }
  close();
  return { pairs, changedCount: pairs.filter(({ pieces }) => pieces.length > 0).length };
}

function textPieces(before = '', after = ''): Piece[] {
  const found = diffWordsWithSpace(plain(before), plain(after), { maxEditLength: maxEdits });
  if (found === undefined) {
    const whole: Piece[] = [
      { text: before, kind: 'removed' },
      { text: after, kind: 'added' },
    ];
    return whole.filter(({ text }) => text !== '');
  }
  const pieces = found.map(({ value, added, removed }): Piece => ({
    text: value,
    kind: kindOf(added, removed),
  }));
  // A page without text has come or gone.
  return pieces.length > 0 ? pieces : [{ text: '', kind: 'same' }];
}

function kindOf(isAdded: boolean, isRemoved: boolean): Piece['kind'] {
  if (isAdded) return 'added';
  return isRemoved ? 'removed' : 'same';
}

/** How lines are broken is no difference of the text. */
function plain(text: string): string {
  return text.replaceAll('\u00ad', '').replaceAll(/\s+/g, ' ').trim();
}

function numbered(index: number | null): number | null {
  return index === null ? null : index + 1;
}
