/** What the documents most like this one have in common. */
import type { Neighbour } from './suggestions.types.ts';

export type Vote = {
  value: string;
  confidence: number;
  supporters: number;
  voters: number;
  bySender: boolean;
};

const voters = 12;
const leastShare = 0.6;
const leastSimilarity = 0.12;
/** Two votes that are this alike are as good as certain. */
const enoughWeight = 0.03;

/** @param choiceOf null for a neighbour that has none: it does not vote */
export function vote(
  neighbours: readonly Neighbour[],
  choiceOf: (one: Neighbour) => string | null,
): Vote | null {
  const near = nearest(neighbours);
  const choosing = near.flatMap((one) => {
    const value = choiceOf(one);
    return value === null ? [] : [{ value, weight: weightOf(one), one }];
  });
  const asked = choosing.slice(0, voters);
  const whole = asked.reduce((sum, { weight }) => sum + weight, 0);
  if (whole === 0) return null;
  const byValue = Map.groupBy(asked, ({ value }) => value);
  const ranked = [...byValue]
    .map(([value, all]) => ({ value, all, weight: all.reduce((sum, { weight }) => sum + weight, 0) }))
    .toSorted((a, b) => b.weight - a.weight);
  const [first] = ranked;
  if (!first) return null;
  const refused = near.reduce(
    (sum, one) => sum + (one.rejectedFolder === first.value ? weightOf(one) : 0),
    0,
  );
  const share = first.weight / (whole + refused * 2);
  const strength = 1 - Math.exp(-first.weight / enoughWeight);
  // One document alone may lie there by chance.
  const company = first.all.length === 1 ? 0.8 : 1;
  return {
    value: first.value,
    confidence: share * strength * company,
    supporters: first.all.length,
    voters: asked.length,
    bySender: first.all.some(({ one }) => one.hasSameSender),
  };
}

/** Of one that is far less alike than the nearest nothing is learned: letters of one language share many words. */
function nearest(neighbours: readonly Neighbour[]): Neighbour[] {
  const sorted = neighbours.toSorted((a, b) => b.similarity - a.similarity);
  const least = Math.max(leastSimilarity, (sorted[0]?.similarity ?? 0) * leastShare);
  return sorted.filter(({ similarity }) => similarity >= least);
}

/** Tags that most of the nearest have. */
export function voteTags(neighbours: readonly Neighbour[]): { tags: string[]; confidence: number } | null {
  const near = neighbours
    .filter(({ similarity, tags }) => similarity >= leastSimilarity && tags.length > 0)
    .toSorted((a, b) => b.similarity - a.similarity)
    .slice(0, voters);
  const votes = [...new Set(near.flatMap(({ tags }) => tags))].flatMap((tag) => {
    const found = vote(near, ({ tags }) => (tags.includes(tag) ? tag : '-'));
    return found?.value === tag && found.confidence >= 0.6 ? [found] : [];
  });
  if (votes.length === 0) return null;
  return {
    tags: votes.map(({ value }) => value).slice(0, 8),
    confidence: Math.min(...votes.map(({ confidence }) => confidence)),
  };
}

function weightOf({ similarity, hasSameSender }: Neighbour): number {
  return similarity ** 3 * (hasSameSender ? 1.5 : 1);
}
