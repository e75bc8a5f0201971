/** The gateway's field errors, for forms whose fields are named like the body's members. */
import { ApiError } from '#api/client.ts';

/** All reasons for one field at once, or `null`. @param pointer such as `/password` */
export function errorFor(error: unknown, pointer: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const reasons = error.errors.filter((item) => item.pointer === pointer).map((item) => item.detail);
  return reasons.length > 0 ? reasons.join(' ') : null;
}

/** What is to be said above the form: the refusal itself, unless every part of it is shown at a field. */
export function generalError(error: unknown, pointers: readonly string[]): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof ApiError && error.errors.length > 0 && error.errors.every((item) => pointers.includes(item.pointer))) return null;
  return error.message;
}
