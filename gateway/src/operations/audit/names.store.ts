/** The names, as they are now, of what rows tell of by its id. What is gone keeps its id. */
import type { PrismaClient } from '#platform/generated/client.ts';
import type { AuditRow } from './audit.types.ts';

const uuid = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi;
/** More than a page of rows needs; rows can tell of fifty people each. */
const mostIds = 1000;

export function namesStore(prisma: PrismaClient) {
  return async (rows: readonly Pick<AuditRow, 'target' | 'details'>[]): Promise<Record<string, string>> => {
    const ids = idsIn(rows);
    if (ids.length === 0) return {};
    const asked = { where: { id: { in: ids } }, select: { id: true, name: true } } as const;
    const [people, ...others] = await Promise.all([
      prisma.user.findMany({ where: asked.where, select: { id: true, email: true } }),
      prisma.group.findMany(asked),
      prisma.connection.findMany(asked),
      prisma.workspace.findMany(asked),
      prisma.workspaceType.findMany(asked),
      prisma.apiKey.findMany(asked),
    ]);
    return Object.fromEntries([
      ...people.map(({ id, email }) => [id, email] as const),
      ...others.flat().map(({ id, name }) => [id, name] as const),
    ]);
  };
}

function idsIn(rows: readonly Pick<AuditRow, 'target' | 'details'>[]): string[] {
  const found = rows.flatMap(({ target, details }) =>
    [target ?? '', ...Object.values(details).flat()].flatMap((said) => String(said).match(uuid) ?? []),
  );
  return [...new Set(found.map((id) => id.toLowerCase()))].slice(0, mostIds);
}
