export type Group = { id: string; name: string; description: string; memberCount: number; createdAt: Date };

export type Member = { id: string; email: string; name: string | null };

export type GroupName = { id: string; name: string };
