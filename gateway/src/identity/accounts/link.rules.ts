/** A link of a letter: the token stands behind `#`, which no server and no log ever sees. */
export function linkTo(base: string, page: string, token: string): string {
  return `${base}/${page}#token=${token}`;
}
