/** Sessions of browsers and of programs: opened, found, kept alive, ended. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Account, Device, FoundSession, Session, SessionKind, SessionsStore } from './accounts.types.ts';

export type SessionLimits = {
  /** Without a request for so long it ends. */
  idleMs: number;
  /** However busy, it ends then. */
  absoluteMs: number;
  maxPerUser: number;
};

type Deps = {
  store: SessionsStore;
  /** Asked each time: an admin can change them. */
  limitsOf: (kind: SessionKind) => SessionLimits;
  newToken: () => { token: string; tokenHash: Buffer };
  newRefreshToken: () => { token: string; tokenHash: Buffer };
  rightsChanged: (userId: string) => void;
  now: () => number;
};

export type OpenedSession = { id: string; token: string; expiresAt: number };

export type GoodSession<User = Account> = {
  id: string;
  kind: SessionKind;
  openedAt: number;
  expiresAt: number;
  user: User;
};

/** What is looked at to judge whether a session is still good. */
type Judged<User> = Lasting & Pick<FoundSession, 'id'> & { user: User };
type Lasting = Pick<Session, 'kind' | 'createdAt' | 'lastSeenAt' | 'expiresAt'>;

export type SessionUseCases = ReturnType<typeof sessionUseCases>;

/** Whose session it is to be, with the credentials as they were when they were proved. */
export type Proved = { id: string; credentialsVersion: number };

/** A use is noted at most so often. */
const touchEveryMs = 60_000;

export function sessionUseCases({ store, limitsOf, newToken, newRefreshToken, rightsChanged, now }: Deps) {
  /** Shorter limits hold for what is open too; longer ones for what is opened from now on. */
  const endOf = ({ kind, createdAt, lastSeenAt, expiresAt }: Lasting) => {
    const { idleMs, absoluteMs } = limitsOf(kind);
    return Math.min(lastSeenAt.getTime() + idleMs, createdAt.getTime() + absoluteMs, expiresAt.getTime());
  };

  const stillGood = async <User extends { isActive: boolean }>(
    found: Judged<User> | null,
  ): Promise<GoodSession<User> | null> => {
    const at = now();
    if (!found || !found.user.isActive || endOf(found) <= at) return null;
    const { id, kind, user } = found;
    const openedAt = found.createdAt.getTime();
    if (at - found.lastSeenAt.getTime() < touchEveryMs)
      return { id, kind, openedAt, expiresAt: endOf(found), user };
    await store.touch(id, new Date(at));
    return { id, kind, openedAt, expiresAt: endOf({ ...found, lastSeenAt: new Date(at) }), user };
  };

  const openOne = async (
    kind: SessionKind,
    { id: userId, credentialsVersion }: Proved,
    device: Device,
    { token, tokenHash }: { token: string; tokenHash: Buffer },
  ): Promise<OpenedSession> => {
    const at = now();
    const { absoluteMs, maxPerUser } = limitsOf(kind);
    const expiresAt = at + absoluteMs;
    const opened = await store.open({
      kind,
      userId,
      credentialsVersion,
      tokenHash,
      device,
      now: new Date(at),
      expiresAt: new Date(expiresAt),
      maxPerUser,
    });
    if (opened === null) throw new Problem('sign-in-failed');
    if (opened.hasDropped) rightsChanged(userId);
    return { id: opened.id, token, expiresAt };
  };

  return {
    /** Notes the use, once in a while. `null`: it has ended, or its user is disabled. */
    stillGood,
    find: async (tokenHash: Buffer) => stillGood(await store.byTokenHash('browser', tokenHash)),
    findById: async (id: string) => stillGood(await store.byId(id)),
    /**
     * A new secret at every sign-in; what the browser held before ends. @param previousHash of the cookie
     * that came along @throws Problem 401 when the credentials changed meanwhile
     */
    open: async (account: Proved, device: Device, previousHash: Buffer | null): Promise<OpenedSession> => {
      if (previousHash) {
        const previousUserId = await store.endByTokenHash(previousHash);
        if (previousUserId !== null) rightsChanged(previousUserId);
      }
      return openOne('browser', account, device, newToken());
    },
    /** @returns with the first refresh token @throws Problem 401 as `open` */
    openForProgram: (account: Proved, device: Device): Promise<OpenedSession> =>
      openOne('program', account, device, newRefreshToken()),
    /**
     * Exchanges a refresh token for the next one. One that was exchanged before is a copy in somebody's
     * hands, and nobody can tell whose: the session ends, with every token of it.
     * @returns `reusedTokenOwner` whose session ended for that; `null`: the token is not good, or not good
     * any more
     */
    refresh: async (
      tokenHash: Buffer,
    ): Promise<
      | { ok: true; session: GoodSession; refreshToken: string }
      | { ok: false; reusedTokenOwner: string | null }
    > => {
      const session = await stillGood(await store.byTokenHash('program', tokenHash));
      const next = newRefreshToken();
      if (session && (await store.rotate(tokenHash, next.tokenHash, new Date(now()))))
        return { ok: true, session, refreshToken: next.token };
      const robbed = await store.endBySpentHash(tokenHash);
      if (robbed !== null) rightsChanged(robbed);
      return { ok: false, reusedTokenOwner: robbed };
    },
    ofUser: async (userId: string) =>
      (await store.ofUser(userId))
        .filter((session) => endOf(session) > now())
        .map((session) => ({ ...session, endsAt: endOf(session) })),
    isOwn: async (id: string, userId: string) => (await store.ownerOf(id)) === userId,
    end: async (id: string, userId: string): Promise<void> => {
      await store.end(id);
      rightsChanged(userId);
    },
    /** @returns how many ended */
    endOthers: async (userId: string, keptId: string): Promise<number> => {
      const count = await store.endOthers(userId, keptId);
      rightsChanged(userId);
      return count;
    },
    removeExpired: async (): Promise<void> => {
      for (const kind of ['browser', 'program'] as const)
        await store.removeExpired(kind, new Date(now()), new Date(now() - limitsOf(kind).idleMs));
    },
  };
}
