/** For whom a passkey is made: the site, as the browser names it (WebAuthn level 3, 5.1.2). */
import { isIP } from 'node:net';

export type RelyingParty = { origin: string; rpId: string };

/**
 * `null`: browsers make no passkeys here, for that takes https and a name, or localhost.
 * @param publicOrigin where the operator says that browsers reach the gateway
 * @param host of the request; counts for localhost alone, and only when nobody said
 */
export function relyingPartyOf(publicOrigin: string | null, host: string | undefined): RelyingParty | null {
  const at = publicOrigin ?? `http://${host ?? ''}`;
  if (!URL.canParse(at)) return null;
  const { origin, protocol, hostname } = new URL(at);
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost');
  const isNamed = protocol === 'https:' && isIP(hostname) === 0 && !hostname.startsWith('[');
  return isLocal || (publicOrigin !== null && isNamed) ? { origin, rpId: hostname } : null;
}
