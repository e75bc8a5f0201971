/** What a person takes out of a mail: the token of its link. */
import type { Letter } from '@berth/testing/mail-server.ts';

export const publicUrl = 'https://berth.example';

export function tokenIn({ text }: Letter, page: string): string {
  const found = new RegExp(`${publicUrl.replaceAll('.', '\\.')}/${page}#token=([A-Za-z0-9_-]{43})`).exec(
    text,
  );
  if (!found?.[1]) throw new Error(`no link to ${page} in ${text}`);
  return found[1];
}
