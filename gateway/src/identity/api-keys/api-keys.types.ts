export type ApiKey = {
  id: string;
  userId: string;
  name: string;
  /** Eight characters: shown, and found by. */
  prefix: string;
  scopes: string[];
  createdAt: Date;
  /** `null`: never. */
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  useCount: number;
};

export type NewApiKey = Pick<ApiKey, 'userId' | 'name' | 'prefix' | 'scopes' | 'createdAt' | 'expiresAt'> & {
  secretHash: string;
};

export type KeyUses = { id: string; count: number; lastAt: Date };

export type ApiKeysStore = {
  /** `null`: they have so many already. */
  create: (key: NewApiKey, mostPerUser: number) => Promise<ApiKey | null>;
  byPrefix: (prefix: string) => Promise<(ApiKey & { secretHash: string }) | null>;
  /** The user's own that are not revoked, the youngest first. */
  ofUser: (userId: string) => Promise<ApiKey[]>;
  ownerOf: (id: string) => Promise<string | null>;
  /** The row stays, so that its prefix is never given out again. */
  revoke: (id: string, at: Date) => Promise<void>;
  addUses: (uses: readonly KeyUses[]) => Promise<void>;
};
