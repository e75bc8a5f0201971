/** The head of a container's answer. */
import type { PassedHead } from '../response-head.ts';

/** Without its framing, which its carrier has read. The same object for a connection as long as answers begin with the same bytes. */
export class AnswerHead {
  readonly status: number;
  /** Name, value, name, value …, in any spelling; framing ones among them. */
  readonly lines: readonly string[];
  /** What goes on to the client, as it was last worked out. */
  passed: PassedHead | null = null;

  constructor(status: number, lines: readonly string[]) {
    this.status = status;
    this.lines = lines;
  }
}
