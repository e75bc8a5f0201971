export type Letter = { to: string; subject: string; text: string };

/** A letter in the outbox, sealed. */
export type WaitingLetter = { id: string; sealed: Buffer; attempts: number; createdAt: Date };

/** Of the letter itself only whom it is for and what it is about: its text may hold a link that opens an account. */
export type OutboxLetter = {
  id: string;
  /** `null`: sealed under another key. */
  to: string | null;
  subject: string | null;
  state: 'waiting' | 'retrying' | 'given_up';
  attempts: number;
  createdAt: Date;
  /** `null`: not by itself. */
  nextAt: Date | null;
  lastError: string | null;
};

export type OutboxRow = {
  id: string;
  sealed: Buffer;
  attempts: number;
  createdAt: Date;
  nextAt: Date;
  lastError: string | null;
  givenUpAt: Date | null;
};

/** The letter after which a page begins. */
export type OutboxPlace = { createdAt: Date; id: string };

/** `waiting`: those that are still tried. */
export type OutboxState = {
  waiting: number;
  givenUp: number;
  oldestAt: Date | null;
  lastError: string | null;
};

export type OutboxStore = {
  add: (sealed: Buffer, at: Date) => Promise<void>;
  /** Takes what is due, so that nobody else sends it before `until`. */
  claim: (at: Date, until: Date, atMost: number) => Promise<WaitingLetter[]>;
  remove: (id: string) => Promise<void>;
  postpone: (id: string, nextAt: Date, lastError: string) => Promise<void>;
  giveUp: (id: string, at: Date, lastError: string) => Promise<void>;
  /** Due at once. @returns whether there is such a letter */
  hurry: (id: string, at: Date) => Promise<boolean>;
  /** Newest first. */
  page: (after: OutboxPlace | null, limit: number) => Promise<OutboxRow[]>;
  /** Forgets what was given up before. */
  forget: (before: Date) => Promise<void>;
  state: () => Promise<OutboxState>;
};

/** Rejects with an error whose `code` says why. */
export type SendLetter = (letter: Letter) => Promise<void>;
