/**
 * A container that names one of its own paths, such as `location: /login`, means itself and not the gateway's
 * page of that name (hazard P13). Such a path gets the address through which the answer goes; everything else
 * stays.
 */

export type OwnAddress = {
  /** The container's: `http://host:port`. */
  origin: string;
  /**
   * The address through which the answer goes: `/api/plugins/{id}/app`, a mount, or
   * `/apps/{id}/~{capability}`.
   */
  prefix: string;
  /** The container's path that the prefix stands for: empty, or for `/api/documents` `/documents`. */
  root: string;
  /** `/api/plugins/{id}/app`: stands for all of the container's paths. */
  whole: string;
};

/**
 * @param reference an absolute URL, an absolute path or a relative one, in any form (RFC 3986 4.1)
 * @returns the same reference where it is not plainly the container's own
 */
export function outsideReference(reference: string, own: OwnAddress): string {
  const path = ownPathOf(reference, own.origin);
  if (path === null) return reference;
  const isBare = path === reference;
  // The container knows its prefix from `x-forwarded-prefix`, and has written it.
  if (isBare && (isBelow(path, own.prefix) || isBelow(path, own.whole))) return reference;
  if (!isBelow(path, own.root)) return own.whole + path;
  const rest = path.slice(own.root.length);
  return own.prefix + (rest.startsWith('/') || own.root !== '' ? rest : `/${rest}`);
}

/** Each target of a `Link` header (RFC 8288 3): what stands in angle brackets outside of quoted texts. */
export function outsideLinks(value: string, own: OwnAddress): string {
  return value.replaceAll(/"(?:[^"\\]|\\.)*"|<([^>]*)>/g, (found, target: string | undefined) =>
    target === undefined ? found : `<${outsideReference(target.trim(), own)}>`,
  );
}

/** `5; url=/next`, with or without quotes, as browsers read it. */
export function outsideRefresh(value: string, own: OwnAddress): string {
  const parts = /^(\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?(["']?))([^"']*)(.*)$/is.exec(value);
  if (!parts) return value;
  const [, before = '', quote = '', target = '', after = ''] = parts;
  // Without quotes a quote belongs to the address.
  return quote === ''
    ? before + outsideReference(target + after, own)
    : before + outsideReference(target, own) + after;
}

/** `/a`, `/a/b`, `/a?b` and `/a#b` are below `/a`; `/ab` is not. */
export function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  const next = path.charAt(prefix.length);
  return prefix === '' || next === '' || next === '/' || next === '?' || next === '#';
}

/** @returns `null` for what is relative to the present address, or of another site */
function ownPathOf(reference: string, origin: string): string | null {
  if (reference.startsWith('/')) return reference.startsWith('//') ? null : reference;
  const isOwn =
    reference.slice(0, origin.length).toLowerCase() === origin &&
    isBelow(reference, reference.slice(0, origin.length));
  return isOwn ? reference.slice(origin.length) : null;
}
