export type Letter = { to: string; subject: string; text: string };

/** A letter in the outbox, sealed. */
export type WaitingLetter = { id: string; sealed: Buffer; attempts: number; createdAt: Date };

export type OutboxState = { waiting: number; oldestAt: Date | null; lastError: string | null };

export type OutboxStore = {
  add: (sealed: Buffer, at: Date) => Promise<void>;
  /** Takes what is due, so that nobody else sends it before `until`. */
  claim: (at: Date, until: Date, atMost: number) => Promise<WaitingLetter[]>;
  remove: (id: string) => Promise<void>;
  postpone: (id: string, nextAt: Date, lastError: string) => Promise<void>;
  state: () => Promise<OutboxState>;
};

/** Rejects with an error whose `code` says why. */
export type SendLetter = (letter: Letter) => Promise<void>;
