/** What a server offers on the command line. `cli/` finds the list in `<server>/src/cli/commands.ts` and runs it. */

export type CommandContext = {
  env: Readonly<Record<string, string | undefined>>;
  /** A line for the person at the keyboard. */
  tell: (line: string) => void;
  /** The folder in which the product keeps its data (BERTH_DATA). */
  data: string;
  /** The server's database: that of the environment, or the embedded one, which runs while the command does. */
  databaseUrl: () => Promise<string>;
};

export type Command = {
  /** As it is typed: `audit verify`. */
  name: string;
  /** What may follow the name: `[--head SEQ:HASH]`. */
  usage?: string;
  /** One line for the list of commands. */
  summary: string;
  /** @returns the exit code; none is 0 @throws CommandRefusal */
  run: (args: string[], context: CommandContext) => Promise<number | void>;
};

/** A command that cannot be done: one sentence for the person at the keyboard, no stack. */
export class CommandRefusal extends Error {
  override readonly name = 'CommandRefusal';
  readonly exitCode: number;

  /** @param exitCode 1: it could not be done; 2: the words were not understood */
  constructor(sentence: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(sentence, options);
    this.exitCode = exitCode;
  }
}
