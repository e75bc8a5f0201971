/** Who is asking: from the request's headers to a principal, by the cache where it can. */
import { hash } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { AccessTokens } from './access-token.ts';
import type { AskersStore, Rights, SessionOnFile, UserOnFile } from './askers.store.ts';
import type { CredentialCache } from './credential-cache.ts';
import { credentialIn, type Presented } from './credential.rules.ts';
import { looksLikeFrameToken, type FrameTokens } from './frame-token.ts';
import type { Credential, Identification, Identify, Principal } from './principal.ts';
import { tokenHashOf } from './session-cookie.ts';

/** A session that is still good, with its active user. `expiresAt`: the earlier of idle and absolute end. */
export type SessionOnRecord = { id: string; kind: 'browser' | 'program'; expiresAt: number; user: UserOnFile };

/** `detail` is public: it is told to somebody who holds the key. */
export type ApiKeyFinding = { ok: true; key: { id: string; userId: string; scopes: ReadonlySet<string>; expiresAt: number } } | { ok: false; detail: string };

export type IdentifyDeps = {
  isApiKey: (token: string) => boolean;
  findApiKey: (token: string) => Promise<ApiKeyFinding>;
  /** Called for every request that an API key opens: it must cost next to nothing. */
  countKeyUse: (keyId: string) => void;
  askers: AskersStore;
  /** Whether it is still good; notes that it was used. `null`: it has ended, or its user is disabled. */
  judgeSession: (session: SessionOnFile | null) => Promise<SessionOnRecord | null>;
};

type Machinery = { cookieName: string; cache: CredentialCache<Identification>; accessTokens: AccessTokens; frameTokens: FrameTokens };

type Limits = Pick<Principal, 'onlyPlugin' | 'scopes'>;

const retryAfterSeconds = 2;

/** The promise rejects with Problem 503 when the database does not answer: nobody is let in on a guess. */
export function createIdentify(deps: IdentifyDeps, { cookieName, cache, accessTokens, frameTokens }: Machinery): Identify {
  const principalFor = (user: UserOnFile, { groupNames, ...grants }: Rights, credential: Credential, limits: Limits = {}): Identification => {
    const principal: Principal = {
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
    return { ok: true, principal };
  };

  /** Nothing else counts as a use: a program's secret in a browser's cookie is no session at all. */
  const judged = async (found: Awaited<ReturnType<AskersStore['bySession']>>, kind: SessionOnFile['kind']) => {
    const session = found?.session.kind === kind ? await deps.judgeSession(found.session) : null;
    return found && session ? { session, rights: found.rights } : null;
  };

  const bySession = async (token: string): Promise<Identification> => {
    const found = await judged(await deps.askers.bySession(tokenHashOf(token)), 'browser');
    if (!found) return invalid;
    const { session, rights } = found;
    return principalFor(session.user, rights, { kind: 'session', id: session.id, expiresAt: session.expiresAt });
  };

  const byFrameToken = async (token: string): Promise<Identification> => {
    const claims = frameTokens.verify(token);
    const found = claims && (await judged(await deps.askers.bySessionId(claims.sessionId), 'browser'));
    if (!claims || !found) return invalid;
    const { session, rights } = found;
    const expiresAt = Math.min(claims.expiresAt, session.expiresAt);
    return principalFor(session.user, rights, { kind: 'frame', id: claims.sessionId, expiresAt }, { onlyPlugin: claims.pluginId });
  };

  const byAccessToken = async (token: string): Promise<Identification> => {
    const claims = await accessTokens.verify(token);
    const found = claims && (await judged(await deps.askers.bySessionId(claims.sessionId), 'program'));
    if (!claims || !found) return invalid;
    const { session, rights } = found;
    if (session.user.id !== claims.userId || session.user.credentialsVersion !== claims.version) return invalid;
    return principalFor(session.user, rights, { kind: 'bearer', id: session.id, expiresAt: Math.min(claims.expiresAt, session.expiresAt) });
  };

  const byApiKey = async (token: string): Promise<Identification> => {
    const found = await deps.findApiKey(token);
    if (!found.ok) return { ok: false, reason: 'invalid', detail: found.detail };
    const { id, userId, scopes, expiresAt } = found.key;
    const asker = await deps.askers.byUser(userId);
    if (!asker?.user.isActive) return { ok: false, reason: 'invalid', detail: 'The account of this API key is not active.' };
    return principalFor(asker.user, asker.rights, { kind: 'api-key', id, expiresAt }, { scopes });
  };

  const counted = (outcome: Identification): Identification => {
    if (outcome.ok && outcome.principal.credential.kind === 'api-key') deps.countKeyUse(outcome.principal.credential.id);
    return outcome;
  };

  const verify = async ({ kind, value }: Presented): Promise<Identification> => {
    try {
      if (kind === 'session') return await bySession(value);
      if (deps.isApiKey(value)) return await byApiKey(value);
      return await (looksLikeFrameToken(value) ? byFrameToken(value) : byAccessToken(value));
    } catch (cause) {
      if (cause instanceof Problem) throw cause;
      throw new Problem('unavailable', { detail: 'Who is asking could not be checked.', headers: { 'retry-after': String(retryAfterSeconds) }, cause });
    }
  };

  return (rawHeaders, found) => {
    const again = found?.key ? cache.get(found.key) : null;
    if (again) return counted({ ok: true, principal: again });
    const presented = credentialIn(rawHeaders, cookieName);
    if (presented === 'none') return nobody;
    if (presented === 'invalid') return invalid;
    const key = hash('sha256', `${presented.kind} ${presented.value}`, 'base64');
    if (found) found.key = key;
    const known = cache.get(key);
    if (known) return counted({ ok: true, principal: known });
    const loading = cache.load(key, () => verify(presented));
    return presented.kind === 'bearer' && deps.isApiKey(presented.value) ? loading.then(counted) : loading;
  };
}

const nobody: Identification = { ok: false, reason: 'none' };
const invalid: Identification = { ok: false, reason: 'invalid' };
