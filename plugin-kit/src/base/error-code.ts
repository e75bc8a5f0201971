/** The `code` of an error, such as `ENOENT` (Node), `28P01` (PostgreSQL) or `P2002` (Prisma). */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
