/** The printed address carries the token behind the `#`, which no server and no log ever sees. */
export function tokenInHash(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}
