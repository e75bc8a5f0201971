/** What is told of a container that sends answers no request asked for. */

export type Unsolicited = {
  /** Since the gateway started. */
  count: number;
  /** So long each request still has a connection of its own; 0: connections are used again. */
  distrustedForMs: number;
};

/** For an admin. */
export function unsolicitedNote({ count, distrustedForMs }: Unsolicited): string {
  const what =
    count === 1 ? 'an answer that no request asked for' : `${count} answers that no request asked for`;
  const minutes = Math.ceil(distrustedForMs / 60_000);
  const now =
    minutes > 0
      ? ` For ${minutes} min from now each request to it has a connection of its own, which is slower.`
      : '';
  return `Its container sent ${what}: over a kept connection it could reach another person.${now} Its maker has to mend it.`;
}
