/** Asks where a token says that the groups are (OpenID Connect Core 1.0, section 5.6.2), bounded in time, bytes and pages. */
import { requestBounded } from '#platform/bounded-request.ts';
import { Client } from 'undici';
import { groupsInAnswer } from './claims.rules.ts';
import type { SaidGroups } from './oidc.types.ts';
import { isSafeAddress } from './providers.rules.ts';

export type GroupSource = { url: string; accessToken: string };

const timeoutMs = 8_000;
const maxBytes = 1024 * 1024;
/** Microsoft Graph gives 100 a page. */
const maxPages = 50;

/** What cannot be read is unknown. @param claim as the list of providers names it */
export async function groupsAt({ url, accessToken }: GroupSource, claim: string): Promise<SaidGroups> {
  if (!isSafeAddress(url)) return unknown('is not at https');
  const { origin } = new URL(url);
  const client = new Client(origin);
  const signal = AbortSignal.timeout(timeoutMs);
  const names: string[] = [];
  try {
    let next: string | null = url;
    for (let page = 0; next !== null; page++) {
      if (page === maxPages) return unknown('has more pages than are read');
      const { pathname, search } = new URL(next);
      const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
      const answer = await requestBounded(client, {
        method: 'GET',
        path: pathname + search,
        headers,
        timeoutMs,
        maxBytes,
        signal,
      });
      if (!answer.ok) {
        const { message } = answer.failure === 'too-large' ? answer : answer.failure;
        return unknown(signal.aborted ? 'did not answer in time' : `did not answer: ${message}`);
      }
      if (answer.status !== 200) return unknown(`answered ${answer.status}`);
      const read = groupsInAnswer(answer.body, claim);
      if (!read) return unknown('answered something else than a list of groups');
      names.push(...read.names);
      next = read.next;
      // A token goes to nobody else.
      if (next !== null && URL.parse(next)?.origin !== origin) return unknown('goes on at another place');
    }
    return { known: true, names };
  } finally {
    await client.destroy();
  }
}

function unknown(why: string): SaidGroups {
  return { known: false, reason: `the source of the groups ${why}` };
}
