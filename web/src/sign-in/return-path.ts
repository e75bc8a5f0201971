/** Where to go after signing in: back to where one was, and nowhere else. */

const doors = ['/sign-in', '/register', '/setup'];
const origin = 'http://berth.invalid';

/** @returns the path when it is one of this gateway, `/` for everything else: other origins, schemes, tricks of spelling. */
export function safeReturnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 2048) return '/';
  // One slash, then something that no browser reads as a second one; no control characters, which browsers drop.
  if (!/^\/(?![/\\])/.test(wanted) || /[\u0000-\u001f\u007f\\]/.test(wanted)) return '/';
  const url = URL.parse(wanted, origin);
  if (url === null || url.origin !== origin || url.pathname.startsWith('//')) return '/';
  // Below /api/auth/ an opened address begins something, such as a sign-in through a provider.
  if (doors.includes(url.pathname) || url.pathname.startsWith('/api/auth/')) return '/';
  return url.pathname + url.search + url.hash;
}

/** Whether the gateway answers there with something else than the shell: a file or a page of an extension. */
export function isOutsideShell(path: string): boolean {
  return /^\/(?:api|apps)\//.test(path);
}

type GoTo = (target: { to: string; replace: true }) => unknown;

/** @param wanted what the address of the sign-in page names; it is checked here @param goTo the router's way to its own pages */
export function returnTo(
  wanted: unknown,
  goTo: GoTo,
  location: Pick<Location, 'replace'> = window.location,
): void {
  const path = safeReturnPath(wanted);
  if (isOutsideShell(path)) location.replace(path);
  else void goTo({ to: path, replace: true });
}
