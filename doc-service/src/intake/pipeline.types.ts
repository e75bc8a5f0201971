/**
 * A step of the pipeline: what it does to one id, and how it notes that this failed in a way it did not
 * foresee.
 */
export type Step = {
  work: (id: string) => Promise<void>;
  noteSurprise: (id: string) => Promise<void>;
};

/** What comes at once from several files is asked of the database in rounds of this size. */
export const maxRound = 64;
