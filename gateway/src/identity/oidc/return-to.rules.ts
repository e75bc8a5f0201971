/** Where a browser goes when it comes back: to a page of the shell or an address of a plugin, and nowhere else. */

const origin = 'http://berth.invalid';

/** @returns the path when it is one of this gateway, `/` for everything else: other origins, schemes, tricks of spelling */
export function safeReturnTo(wanted: string | undefined): string {
  if (
    wanted === undefined ||
    wanted.length > 2048 ||
    !/^\/(?![/\\])/.test(wanted) ||
    /[\u0000-\u0020\u007f\\]/.test(wanted)
  )
    return '/';
  const url = URL.parse(wanted, origin);
  if (
    !url ||
    url.origin !== origin ||
    url.pathname.startsWith('//') ||
    /^\/(api\/auth|sign-in|register|setup)(\/|$)/.test(url.pathname)
  )
    return '/';
  return url.pathname + url.search + url.hash;
}

/** @param publicOrigin where the operator says that browsers reach the gateway; else this machine alone. `null`: it is not known */
export function originOf(publicOrigin: string | null, host: string | undefined): string | null {
  if (publicOrigin !== null) return publicOrigin;
  const url = URL.parse(`http://${host ?? ''}`);
  return url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) ? url.origin : null;
}
