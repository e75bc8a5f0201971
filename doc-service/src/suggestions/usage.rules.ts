/** What a model cost, as people are told: sums of money of one currency each. */
export type UsedRow = { tokens: number; cost: number | null; currency: string | null };
export type Money = { amount: number; currency: string };

/** @param rows at most one a currency; a row without one had no price */
export function usedOf(rows: readonly UsedRow[]): { tokens: number; costs: Money[] } {
  return {
    tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
    costs: rows.flatMap(({ cost, currency }) =>
      cost === null || currency === null ? [] : [{ amount: cost, currency }],
    ),
  };
}
