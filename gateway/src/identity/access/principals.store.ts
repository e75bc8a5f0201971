/**
 * Who asks, in one indexed read: the session with its account, the account's groups, and what admins granted
 * on top of manifests. It reads what other rooms write, and writes nothing.
 */
import type { Pool } from 'pg';

export type UserOnFile = {
  id: string;
  email: string;
  name: string | null;
  isSuperuser: boolean;
  isActive: boolean;
  credentialsVersion: number;
};

export type SessionOnFile = {
  id: string;
  kind: 'browser' | 'program';
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  user: UserOnFile;
};

export type Rights = {
  /** Names by id. */
  groupNames: ReadonlyMap<string, string>;
  allowedPlugins: ReadonlySet<string>;
  deniedPlugins: ReadonlySet<string>;
};

export type PrincipalsStore = {
  /** By the SHA-256 of the cookie. Nobody has judged yet whether it is still good. */
  bySession: (tokenHash: Buffer) => Promise<{ session: SessionOnFile; rights: Rights } | null>;
  bySessionId: (id: string) => Promise<{ session: SessionOnFile; rights: Rights } | null>;
  byUser: (id: string) => Promise<{ user: UserOnFile; rights: Rights } | null>;
  /** Of an identity without an account that is in these groups. */
  byGroups: (groupIds: readonly string[]) => Promise<Rights>;
};

/**
 * The group that somebody left a moment ago must not open a plugin: memberships and grants are read in the
 * same picture.
 */
const account = `
  u.id AS user_id, u.email, u.name, u.is_superuser, u.is_active, u.credentials_version,
  coalesce((SELECT jsonb_object_agg(g.id, g.name) FROM memberships m JOIN groups g ON g.id = m.group_id WHERE m.user_id = u.id), '{}') AS groups,
  coalesce((SELECT jsonb_agg(jsonb_build_array(own.plugin_id, own.effect)) FROM (
    SELECT p.plugin_id, p.effect FROM plugin_grants p WHERE p.user_id = u.id
    UNION ALL
    SELECT p.plugin_id, p.effect FROM memberships m JOIN plugin_grants p ON p.group_id = m.group_id WHERE m.user_id = u.id
  ) own), '[]') AS grants`;
const session = 's.id AS session_id, s.kind, s.created_at, s.last_seen_at, s.expires_at';

/** Exported so that a test may ask PostgreSQL how it goes about them. */
export const askerQueries = {
  bySession: `SELECT ${session}, ${account} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = $1`,
  bySessionId: `SELECT ${session}, ${account} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1`,
  byUser: `SELECT ${account} FROM users u WHERE u.id = $1`,
  byGroups: `SELECT
    coalesce((SELECT jsonb_object_agg(g.id, g.name) FROM groups g WHERE g.id = ANY($1::uuid[])), '{}') AS groups,
    coalesce((SELECT jsonb_agg(jsonb_build_array(p.plugin_id, p.effect))
      FROM plugin_grants p WHERE p.group_id = ANY($1::uuid[])), '[]') AS grants`,
} as const;

type RightsRow = { groups: Record<string, string>; grants: [pluginId: string, effect: string][] };
type AccountRow = RightsRow & {
  user_id: string;
  email: string;
  name: string | null;
  is_superuser: boolean;
  is_active: boolean;
  credentials_version: number;
};
type SessionRow = AccountRow & {
  session_id: string;
  kind: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
};

export function principalsStore(pool: Pick<Pool, 'query'>): PrincipalsStore {
  const sessionBy = async (query: string, key: Buffer | string) => {
    const { rows } = await pool.query<SessionRow>(query, [key]);
    const [row] = rows;
    return row ? { session: sessionOf(row), rights: rightsOf(row) } : null;
  };
  return {
    bySession: (tokenHash) => sessionBy(askerQueries.bySession, tokenHash),
    bySessionId: (id) => sessionBy(askerQueries.bySessionId, id),
    byUser: async (id) => {
      const { rows } = await pool.query<AccountRow>(askerQueries.byUser, [id]);
      const [row] = rows;
      return row ? { user: userOf(row), rights: rightsOf(row) } : null;
    },
    byGroups: async (groupIds) => {
      const { rows } = await pool.query<RightsRow>(askerQueries.byGroups, [groupIds]);
      return rightsOf(rows[0] ?? { groups: {}, grants: [] });
    },
  };
}

function sessionOf(row: SessionRow): SessionOnFile {
  const { session_id: id, created_at: createdAt, last_seen_at: lastSeenAt, expires_at: expiresAt } = row;
  return {
    id,
    kind: row.kind === 'program' ? 'program' : 'browser',
    createdAt,
    lastSeenAt,
    expiresAt,
    user: userOf(row),
  };
}

function userOf({
  user_id: id,
  email,
  name,
  is_superuser: isSuperuser,
  is_active: isActive,
  credentials_version: credentialsVersion,
}: AccountRow): UserOnFile {
  return { id, email, name, isSuperuser, isActive, credentialsVersion };
}

/** What is not plainly an allowance lets nobody in. */
function rightsOf({ groups, grants }: RightsRow): Rights {
  const idsOf = (isAllowed: boolean) =>
    new Set(grants.flatMap(([pluginId, effect]) => ((effect === 'allow') === isAllowed ? [pluginId] : [])));
  return {
    groupNames: new Map(Object.entries(groups)),
    allowedPlugins: idsOf(true),
    deniedPlugins: idsOf(false),
  };
}
