/** A container's cookie stays its own: below its own address, never ours, never the whole site's. */
import { isOurCookie } from './request-head.ts';

/**
 * @param prefix the address through which the answer goes: `/api/plugins/{id}/app` or a mount
 * @param containerRoot the container's path that the prefix stands for: empty, or for `/api/documents` `/documents`
 * @returns the line to send on, or `null` when the cookie is refused
 */
export function confineCookie(line: string, prefix: string, containerRoot: string): string | null {
  const [pair = '', ...attributes] = line.split(';');
  const name = (pair.split('=', 1)[0] ?? '').trim();
  if (name === '' || isOurCookie(name) || name.startsWith('__')) return null;
  let path = '/';
  const kept: string[] = [];
  for (const attribute of attributes) {
    const [key = '', value = ''] = attribute.split('=', 2).map((part) => part.trim());
    const lower = key.toLowerCase();
    if (lower === 'path') path = value;
    else if (lower !== 'domain' && lower !== '') kept.push(attribute.trim());
  }
  return [pair.trim(), `Path=${prefix}${below(path, containerRoot)}`, ...kept].join('; ');
}

/** The path behind the prefix; anything that is not plainly below the container's root becomes the root. */
function below(path: string, containerRoot: string): string {
  if (!/^\/[A-Za-z0-9._~!$&'()*+,=:@/-]*$/.test(path) || /(^|\/)\.\.?(\/|$)/.test(path)) return '/';
  if (path === containerRoot) return '/';
  return path.startsWith(`${containerRoot}/`) ? path.slice(containerRoot.length) : '/';
}
