/** Entity tags (RFC 9110 8.8.3) and the conditions on them. */
import { createHash } from 'node:crypto';

/** A strong tag of these very bytes. */
export function etagOf(content: string | Uint8Array): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
}

/** `If-None-Match`: weak comparison. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  return (
    ifNoneMatch !== undefined &&
    tagsIn(ifNoneMatch).some((tag) => tag === '*' || opaque(tag) === opaque(etag))
  );
}

/** `If-Match`: holds when it is absent. A proxy that re-encodes may have weakened the tag, so that counts as the same. */
export function isStillCurrent(ifMatch: string | undefined, etag: string): boolean {
  return ifMatch === undefined || tagsIn(ifMatch).some((tag) => tag === '*' || opaque(tag) === opaque(etag));
}

function tagsIn(header: string): string[] {
  return header.match(/\*|(?:W\/)?"[^"]*"/g) ?? [];
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
