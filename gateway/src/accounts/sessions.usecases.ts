/** Browser sessions: opened, found, kept alive, ended. */
import type { Account, Device, FoundSession, Session, SessionsStore } from './accounts.types.ts';

export type SessionLimits = {
  /** Without a request for so long it ends. */
  idleMs: number;
  /** However busy, it ends then. */
  absoluteMs: number;
  maxPerUser: number;
};

type Deps = {
  store: SessionsStore;
  limits: SessionLimits;
  newToken: () => { token: string; tokenHash: Buffer };
  rightsChanged: (userId: string) => void;
  now: () => number;
};

export type OpenedSession = { id: string; token: string; expiresAt: number };

export type SessionSteps = ReturnType<typeof sessionSteps>;

/** A use is noted at most so often. */
const touchEveryMs = 60_000;

export function sessionSteps({ store, limits, newToken, rightsChanged, now }: Deps) {
  const endOf = ({ lastSeenAt, expiresAt }: Session) => Math.min(lastSeenAt.getTime() + limits.idleMs, expiresAt.getTime());

  const stillGood = async (found: FoundSession | null): Promise<{ id: string; openedAt: number; expiresAt: number; user: Account } | null> => {
    const at = now();
    if (!found || !found.user.isActive || endOf(found) <= at) return null;
    const openedAt = found.createdAt.getTime();
    if (at - found.lastSeenAt.getTime() < touchEveryMs) return { id: found.id, openedAt, expiresAt: endOf(found), user: found.user };
    await store.touch(found.id, new Date(at));
    return { id: found.id, openedAt, expiresAt: Math.min(at + limits.idleMs, found.expiresAt.getTime()), user: found.user };
  };

  return {
    find: async (tokenHash: Buffer) => stillGood(await store.byTokenHash(tokenHash)),
    findById: async (id: string) => stillGood(await store.byId(id)),
    /** A new secret at every sign-in; what the browser held before ends. @param previousHash of the cookie that came along */
    open: async (userId: string, device: Device, previousHash: Buffer | null): Promise<OpenedSession> => {
      if (previousHash) {
        const previousUserId = await store.endByTokenHash(previousHash);
        if (previousUserId !== null) rightsChanged(previousUserId);
      }
      const at = now();
      const { token, tokenHash } = newToken();
      const expiresAt = at + limits.absoluteMs;
      const id = await store.open({ userId, tokenHash, device, now: new Date(at), expiresAt: new Date(expiresAt), maxPerUser: limits.maxPerUser });
      // The oldest may have been dropped.
      rightsChanged(userId);
      return { id, token, expiresAt };
    },
    ofUser: async (userId: string) =>
      (await store.ofUser(userId)).filter((session) => endOf(session) > now()).map((session) => ({ ...session, endsAt: endOf(session) })),
    isOwn: async (id: string, userId: string) => (await store.ownerOf(id)) === userId,
    end: async (id: string, userId: string): Promise<void> => {
      await store.end(id);
      rightsChanged(userId);
    },
    endAllOf: async (userId: string, exceptId?: string): Promise<void> => {
      await store.endAllOf(userId, exceptId);
      rightsChanged(userId);
    },
    removeExpired: () => store.removeExpired(new Date(now()), new Date(now() - limits.idleMs)),
  };
}
