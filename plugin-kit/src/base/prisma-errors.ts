/** What a write of Prisma's was refused for, by its codes (https://www.prisma.io/docs/orm/reference/error-reference). */
import { errorCode } from './error-code.ts';

/** Another row has this unique value. */
export const isUniqueViolation = (error: unknown): boolean => errorCode(error) === 'P2002';

/** It refers to a row that is not there, or a row refers to what it removes. */
export const isForeignKeyViolation = (error: unknown): boolean => errorCode(error) === 'P2003';

/** The row to change or remove is not there. */
export const isMissingRow = (error: unknown): boolean => errorCode(error) === 'P2025';
