/** Who is asking: from the request's headers to a principal, by the cache where it can. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { AccessTokens } from './access-token.ts';
import type { PrincipalsStore, Rights, SessionOnFile, UserOnFile } from './principals.store.ts';
import type { CredentialCache, Keep } from './credential-cache.ts';
import { credentialIn, digestOf, type Presented } from './credential.rules.ts';
import { endOf, foreignPrincipal, type ForeignIdentity } from './foreign.rules.ts';
import { looksLikeFrameToken, type FrameTokens } from './frame-token.ts';
import type { Credential, Identification, Identify, Principal } from './principal.ts';
import { tokenHashOf } from './session-cookie.ts';

/** A session that is still good, with its active user. `expiresAt`: the earlier of idle and absolute end. */
export type SessionOnRecord = {
  id: string;
  kind: 'browser' | 'program';
  expiresAt: number;
  user: UserOnFile;
};

/** `detail` is public: it is told to somebody who holds the key. */
export type ApiKeyFinding =
  | { ok: true; key: { id: string; userId: string; scopes: ReadonlySet<string>; expiresAt: number } }
  | { ok: false; detail: string };

export type IdentifyDeps = {
  isApiKey: (token: string) => boolean;
  findApiKey: (token: string) => Promise<ApiKeyFinding>;
  /** Called for every request that an API key opens: it must cost next to nothing. */
  countKeyUse: (keyId: string) => void;
  principalsStore: PrincipalsStore;
  /** Identities of other houses; `null`: no identity provider is loaded. */
  foreign?: {
    /**
     * Offered each bearer token that is none of Berth's own. @throws Problem, terminal: the token is refused
     */
    identify: (token: string) => Promise<ForeignIdentity | null>;
    /** Ids of groups; names without a group are missing. */
    groupIdsByName: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  } | null;
  /** Whether it is still good; notes that it was used. `null`: it has ended, or its user is disabled. */
  judgeSession: (session: SessionOnFile | null) => Promise<SessionOnRecord | null>;
};

/** Somebody's session, judged, with their rights: what all tokens of the session stand on. */
export type KnownSession = { userId: string; session: SessionOnRecord; rights: Rights; readAt: number };

type Machinery = {
  cookieName: string;
  principals: CredentialCache<Principal, Identification>;
  /** By kind and id. A token that nobody has seen needs no read where its session is known. */
  sessions: CredentialCache<KnownSession, KnownSession | null>;
  accessTokens: AccessTokens;
  frameTokens: FrameTokens;
  now: () => number;
};

type Limits = Pick<Principal, 'onlyPlugin' | 'scopes'>;
/** What comes at once where nothing must be waited for. */
type Soon<Value> = Value | Promise<Value>;

const retryAfterSeconds = 2;

/** The promise rejects with Problem 503 when the database does not answer: nobody is let in on a guess. */
export function createIdentify(
  deps: IdentifyDeps,
  { cookieName, principals, sessions, accessTokens, frameTokens, now }: Machinery,
): Identify {
  const { judged, sessionOf } = sessionReader(deps, sessions, now);

  const bySession = async (token: string, keep: Keep<Principal>): Promise<Identification> => {
    const known = await judged(deps.principalsStore.bySession(tokenHashOf(token)), 'browser', now());
    return known ? bySessionKnown(known, keep, { kind: 'session' }) : invalid;
  };

  const byFrameToken = (token: string, keep: Keep<Principal>): Soon<Identification> => {
    const claims = frameTokens.verify(token);
    if (!claims) return invalid;
    return soon(sessionOf('browser', claims.sessionId), (known) =>
      known
        ? bySessionKnown(known, keep, {
            kind: 'frame',
            endsAt: claims.expiresAt,
            limits: { onlyPlugin: claims.pluginId },
          })
        : invalid,
    );
  };

  const byAccessToken = (token: string, digest: string, keep: Keep<Principal>): Soon<Identification> =>
    soon(accessTokens.verify(token, digest), (claims) => {
      if (!claims) return invalid;
      return soon(sessionOf('program', claims.sessionId), (known) => {
        const user = known?.session.user;
        if (!known || user?.id !== claims.userId || user.credentialsVersion !== claims.version)
          return invalid;
        return bySessionKnown(known, keep, { kind: 'bearer', endsAt: claims.expiresAt });
      });
    });

  const byForeign = async (token: string, keep: Keep<Principal>): Promise<Identification> => {
    const found = (await deps.foreign?.identify(token)) ?? null;
    if (!deps.foreign || found === null || endOf(found.principal) <= now()) return invalid;
    const ids = await deps.foreign.groupIdsByName(found.principal.groups ?? []);
    const rights = await deps.principalsStore.byGroups([...new Set(ids.values())]);
    const principal = foreignPrincipal(found, rights, now());
    keep(principal, principal.credential.expiresAt);
    return { ok: true, principal };
  };

  /** Where Berth itself does not know a token, the identity providers are asked, if there are any. */
  const byBearer = (token: string, digest: string, keep: Keep<Principal>): Soon<Identification> => {
    const own = byAccessToken(token, digest, keep);
    if (!deps.foreign) return own;
    return soon(own, (outcome) => (outcome.ok ? outcome : byForeign(token, keep)));
  };

  const byApiKey = async (token: string, keep: Keep<Principal>): Promise<Identification> => {
    const found = await deps.findApiKey(token);
    if (!found.ok) return { ok: false, reason: 'invalid', detail: found.detail };
    const { id, userId, scopes, expiresAt } = found.key;
    const asker = await deps.principalsStore.byUser(userId);
    if (!asker?.user.isActive)
      return { ok: false, reason: 'invalid', detail: 'The account of this API key is not active.' };
    const principal = principalOf(asker.user, asker.rights, { kind: 'api-key', id, expiresAt }, { scopes });
    keep(principal, expiresAt);
    return { ok: true, principal };
  };

  const counted = (outcome: Identification): Identification => {
    if (outcome.ok && outcome.principal.credential.kind === 'api-key')
      deps.countKeyUse(outcome.principal.credential.id);
    return outcome;
  };

  const verify = (
    { kind, value }: Presented,
    digest: string,
    keep: Keep<Principal>,
  ): Soon<Identification> => {
    if (kind === 'session') return bySession(value, keep);
    if (deps.isApiKey(value)) return byApiKey(value, keep);
    return looksLikeFrameToken(value) ? byFrameToken(value, keep) : byBearer(value, digest, keep);
  };

  return (rawHeaders, remembered, keySchemes) => {
    // On such a route the same lines may mean something else.
    const found = keySchemes ? undefined : remembered;
    const again = found?.key ? principals.get(found.key) : null;
    if (again) return counted({ ok: true, principal: again });
    const presented = credentialIn(
      rawHeaders,
      cookieName,
      keySchemes && { schemes: keySchemes, isApiKey: deps.isApiKey },
    );
    if (presented === 'none') return nobody;
    if (presented === 'invalid') return invalid;
    const key = digestOf(presented);
    if (found) found.key = key;
    const known = principals.get(key);
    if (known) return counted({ ok: true, principal: known });
    const loading = principals.load(key, (keep) => {
      const outcome = verify(presented, key, keep);
      return outcome instanceof Promise ? outcome.catch(unavailable) : outcome;
    });
    return presented.kind === 'bearer' && deps.isApiKey(presented.value) ? soon(loading, counted) : loading;
  };
}

function sessionReader(
  deps: Pick<IdentifyDeps, 'judgeSession' | 'principalsStore'>,
  sessions: Machinery['sessions'],
  now: () => number,
) {
  /** Nothing else counts as a use: a program's secret in a browser's cookie is no session at all. */
  const judged = async (
    find: ReturnType<PrincipalsStore['bySession']>,
    kind: SessionOnFile['kind'],
    readAt: number,
  ): Promise<KnownSession | null> => {
    const found = await find;
    const session = found?.session.kind === kind ? await deps.judgeSession(found.session) : null;
    return found && session ? { userId: session.user.id, session, rights: found.rights, readAt } : null;
  };

  const sessionOf = (kind: SessionOnFile['kind'], id: string): Soon<KnownSession | null> =>
    sessions.get(`${kind} ${id}`) ??
    sessions.load(`${kind} ${id}`, async (keep) => {
      const known = await judged(deps.principalsStore.bySessionId(id), kind, now());
      if (known) keep(known, known.session.expiresAt);
      return known;
    });

  return { judged, sessionOf };
}

/** @param keep as old as the session's reading: two caches, one age */
function bySessionKnown(
  { session, rights, readAt }: KnownSession,
  keep: Keep<Principal>,
  {
    kind,
    endsAt = session.expiresAt,
    limits = {},
  }: { kind: Credential['kind']; endsAt?: number; limits?: Limits },
): Identification {
  const expiresAt = Math.min(endsAt, session.expiresAt);
  const principal = principalOf(session.user, rights, { kind, id: session.id, expiresAt }, limits);
  keep(principal, expiresAt, readAt);
  return { ok: true, principal };
}

function principalOf(
  user: UserOnFile,
  { groupNames, ...grants }: Rights,
  credential: Credential,
  limits: Limits = {},
): Principal {
  return {
    userId: user.id,
    email: user.email,
    name: user.name ?? user.email,
    isSuperuser: user.isSuperuser,
    groupIds: new Set(groupNames.keys()),
    groupNames,
    ...grants,
    credential,
    ...limits,
  };
}

function soon<From, To>(value: Soon<From>, next: (value: From) => Soon<To>): Soon<To> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function unavailable(cause: unknown): never {
  if (cause instanceof Problem) throw cause;
  throw new Problem('unavailable', {
    detail: 'Who is asking could not be checked.',
    headers: { 'retry-after': String(retryAfterSeconds) },
    cause,
  });
}

const nobody: Identification = { ok: false, reason: 'none' };
const invalid: Identification = { ok: false, reason: 'invalid' };
