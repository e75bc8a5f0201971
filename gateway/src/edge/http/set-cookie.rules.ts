/** A container's cookie stays its own: below its own address, never ours, never the whole site's. */
import { isBelow, type OwnAddress } from './own-address.rules.ts';
import { isOurCookie } from './request-head.ts';

/** @returns the line to send on, or `null` when the cookie is refused */
export function confineCookie(line: string, own: OwnAddress): string | null {
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
  return [pair.trim(), `Path=${own.prefix}${below(path, own)}`, ...kept].join('; ');
}

/** The path behind the prefix; anything that is not plainly below the container's root becomes the root. */
function below(path: string, { prefix, root }: OwnAddress): string {
  if (!/^\/[A-Za-z0-9._~!$&'()*+,=:@/-]*$/.test(path) || /(^|\/)\.\.?(\/|$)/.test(path)) return '/';
  // A container that knows its prefix has written it.
  const inside = isBelow(path, prefix) ? prefix : root;
  return isBelow(path, inside) && path !== inside ? path.slice(inside.length) : '/';
}
