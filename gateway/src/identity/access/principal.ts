/** Who is asking. A threshold: every room may import this file. */
import type { KeyScheme } from '@berth/plugin-kit/contract/manifest.ts';
import type { PrincipalContext } from '@berth/plugin-kit/hooks/hooks.ts';

/** How they proved it. */
export type Credential = {
  kind: 'session' | 'bearer' | 'frame' | 'api-key' | 'foreign';
  /** The session's, token's or key's id; never the secret. */
  id: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
};

export type Principal = {
  /** UUID: of an account, or of a foreign identity, which has no account. */
  userId: string;
  email: string;
  /** What people call them; the e-mail where no name was given. */
  name: string;
  isSuperuser: boolean;
  /** Ids of the groups that they are in. */
  groupIds: ReadonlySet<string>;
  /** Names by id, for the container's `x-user-groups`. */
  groupNames: ReadonlyMap<string, string>;
  /** Ids of plugins that an admin opened to them, or to a group of theirs; absent: none. */
  allowedPlugins?: ReadonlySet<string>;
  /** Ids of plugins that an admin closed to them. */
  deniedPlugins?: ReadonlySet<string>;
  credential: Credential;
  /** Set for a frame token alone: the one plugin whose API it opens, and nothing else. */
  onlyPlugin?: string;
  /** Set for an API key, and for a foreign identity with such scopes: what of its owner's rights it has. */
  scopes?: ReadonlySet<string>;
  /**
   * Set for an identity of another house alone: what the identity provider said. There is no account behind
   * it.
   */
  foreign?: PrincipalContext;
};

/**
 * What a key must cover: an extension (`plugins:{id}`), the gateway's own API as its owner (`account`), or
 * the administration of the gateway (`admin`). A key covers an area with the scope of that name, with
 * `plugins:*` for every extension, and for reading alone with `…:read`.
 */
export type ScopeArea = `plugins:${string}` | 'account' | 'admin';

/**
 * @param isRead nothing is changed by it @returns the scope that is missing, or `null` when the principal may
 * go on
 */
export function missingScope({ scopes }: Principal, area: ScopeArea, isRead: boolean): string | null {
  if (!scopes) return null;
  const covers = (scope: string) => scopes.has(scope) || (isRead && scopes.has(`${scope}:read`));
  if (covers(area) || (area.startsWith('plugins:') && covers('plugins:*'))) return null;
  return isRead ? `${area}:read` : area;
}

/** What looking for a credential in a request's headers came to. */
export type Identification =
  | { ok: true; principal: Principal }
  /**
   * `none`: the request carried no credential. `invalid`: it carried one that is not good; `detail` is
   * public.
   */
  | { ok: false; reason: 'none' | 'invalid'; detail?: string };

/**
 * Finds out who is asking from `cookie` and `authorization`, as they came on the wire
 * (`IncomingMessage.rawHeaders`: name, value, name, value …). Answers at once when the credential is in the
 * cache, so that the edge's hot path makes no promise.
 * @param keySchemes how else than as a bearer token an API key may be sent here
 */
export type Identify = (
  rawHeaders: readonly string[],
  found?: FoundCredential,
  keySchemes?: readonly KeyScheme[],
) => Identification | Promise<Identification>;

/**
 * Whoever asks again about the very same lines, as one connection does, hands this over again: the credential
 * in them is not looked for and not hashed once more. Who that is, and whether they still are, is asked each
 * time all the same.
 */
export type FoundCredential = { key: string | null };

/**
 * Says why an unsafe request that rides on a cookie must be refused, or `null` when it is fine. Requests with
 * a bearer token carry their own proof. @returns public words for the `csrf-failed` problem
 */
export type RefuseForgery = (
  method: string,
  rawHeaders: readonly string[],
  principal: Principal | null,
) => string | null;
