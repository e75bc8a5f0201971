/** The gateway's field errors, for forms whose fields are named like the body's members. */
import { ApiError } from '#api/client.ts';

/** All reasons for one field, each for itself. @param pointer such as `/password` */
export function reasonsFor(error: unknown, pointer: string): string[] {
  if (!(error instanceof ApiError)) return [];
  return error.errors.filter((item) => item.pointer === pointer).map((item) => item.detail);
}

/** The same in one text, or `null`. */
export function errorFor(error: unknown, pointer: string): string | null {
  return reasonsFor(error, pointer).join(' ') || null;
}

/** What is to be said above the form: the refusal itself, unless every part of it is shown at a field. */
export function generalError(error: unknown, pointers: readonly string[]): string | null {
  if (!(error instanceof Error)) return null;
  if (
    error instanceof ApiError &&
    error.errors.length > 0 &&
    error.errors.every((item) => pointers.includes(item.pointer))
  )
    return null;
  return error.message;
}
