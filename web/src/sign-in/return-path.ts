/** Where to go after signing in: back to where one was, and nowhere else. */

const doors = ['/sign-in', '/register', '/setup'];
const origin = 'http://berth.invalid';

/** @returns the path when it leads into this shell, `/` for everything else: other origins, schemes, tricks of spelling. */
export function safeReturnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 2048) return '/';
  // One slash, then something that no browser reads as a second one; no control characters, which browsers drop.
  if (!/^\/(?![/\\])/.test(wanted) || /[\u0000-\u001f\u007f\\]/.test(wanted)) return '/';
  const url = URL.parse(wanted, origin);
  if (url === null || url.origin !== origin || url.pathname.startsWith('//')) return '/';
  if (doors.includes(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}
