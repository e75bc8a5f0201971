/** A start that cannot be: one sentence for the person at the keyboard, no stack, exit code 1. */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
}
