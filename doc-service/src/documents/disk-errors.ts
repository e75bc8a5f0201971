import { errorCode } from '@berth/plugin-kit/base/error-code.ts';

/** What a disk says when it cannot do what it was asked. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS';
}
