/** Paths and answers of the WebDAV inbox (RFC 4918). No request body is ever read as XML. */

export const davRoot = '/documents/dav';
/** @property folder as the archive calls it; null at the top */
export type DavPath = { path: string; folder: string | null; name: string };
/** @property modifiedAt milliseconds since the epoch */
export type DavEntry = { isFolder: boolean; sizeBytes: number; modifiedAt: number };

/** Names that clients write first and rename when all bytes are there. */
const unfinished = /(?:\.(?:part|partial|filepart|tmp|temp|crdownload|upload)|~)$/i;
/** What desktops leave beside files: taken and forgotten, for they insist on writing it. */
const litter = /^(?:\._.*|\.ds_store|thumbs\.db|desktop\.ini)$/i;

/**
 * @param pathname as it came, percent-encoded. @returns null for an invalid escape; `path` is '' for the
 * root
 */
export function davPathOf(pathname: string): DavPath | null {
  try {
    const names = pathname
      .slice(davRoot.length)
      .split('/')
      .filter((name) => name !== '')
      .map((name) => decodeURIComponent(name).normalize('NFC'));
    if (names.some((name) => name.includes('/'))) return null;
    const folder = names.slice(0, -1).join('/');
    return { path: names.join('/'), folder: folder === '' ? null : folder, name: names.at(-1) ?? '' };
  } catch {
    return null;
  }
}

/** `bill.pdf.part` becomes `bill.pdf`. */
export function finishedName(name: string): string {
  const finished = name.replace(unfinished, '');
  return finished === '' ? name : finished;
}

export function isLitter(name: string): boolean {
  return litter.test(name);
}

/** @param prefix what stands before the container's own paths for the client */
export function hrefOf(prefix: string, path: string, isFolder: boolean): string {
  const names = path === '' ? [] : path.split('/').map(encodeURIComponent);
  return [`${prefix}${davRoot}`, ...names].join('/') + (isFolder ? '/' : '');
}

export function multistatus(entries: readonly (readonly [href: string, entry: DavEntry])[]): string {
  const responses = entries.map(([href, { isFolder, sizeBytes, modifiedAt }]) =>
    [
      `<D:response><D:href>${escaped(href)}</D:href><D:propstat><D:prop>`,
      `<D:resourcetype>${isFolder ? '<D:collection/>' : ''}</D:resourcetype>`,
      isFolder ? '' : `<D:getcontentlength>${sizeBytes}</D:getcontentlength>${pdfType}`,
      `<D:getlastmodified>${new Date(modifiedAt).toUTCString()}</D:getlastmodified>`,
      `<D:supportedlock>${lockEntry}</D:supportedlock>`,
      '</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>',
    ].join(''),
  );
  return document(`<D:multistatus xmlns:D="DAV:">${responses.join('')}</D:multistatus>`);
}

/** The lock excludes no other client: each sees its own files alone. */
export function lockAnswer(token: string, href: string): string {
  return document(
    `<D:prop xmlns:D="DAV:"><D:lockdiscovery><D:activelock>${lockKind}<D:depth>0</D:depth>` +
      `<D:timeout>Second-600</D:timeout><D:locktoken><D:href>${token}</D:href></D:locktoken>` +
      `<D:lockroot><D:href>${escaped(href)}</D:href></D:lockroot></D:activelock></D:lockdiscovery></D:prop>`,
  );
}

/** Answered to a listing of everything below. */
export const finiteDepth = document('<D:error xmlns:D="DAV:"><D:propfind-finite-depth/></D:error>');

const lockKind = '<D:locktype><D:write/></D:locktype><D:lockscope><D:exclusive/></D:lockscope>';
const pdfType = '<D:getcontenttype>application/pdf</D:getcontenttype>';
const lockEntry = `<D:lockentry>${lockKind}</D:lockentry>`;

function document(root: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${root}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
