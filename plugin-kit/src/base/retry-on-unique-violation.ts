import { isUniqueViolation } from './prisma-errors.ts';

/**
 * Prisma's `upsert` looks first and writes then: of two at the same moment the slower one finds the row taken
 * (P2002). Asked once more it finds it and changes it. @param write may be done twice
 */
export async function retryOnUniqueViolation<Result>(write: () => PromiseLike<Result>): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    return write();
  }
}
