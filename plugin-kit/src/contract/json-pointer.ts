/** JSON Pointer (RFC 6901): the one place that writes and reads it. */

/** @param path names of members and indices, from the root */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map(pointerPart).join('');
}

/** One step of a pointer, slash included. */
export function pointerPart(key: PropertyKey): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** @returns the path of a pointer; none for the root, which is the empty text */
export function pathOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map(keyOf);
}

/** @param part one step of a pointer, without its slash */
export function keyOf(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
