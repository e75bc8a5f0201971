/** The shell: the page, its assets, and the headers that keep it ours. */
import { randomBytes } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import type { Logger } from 'pino';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { readDist } from './dist.store.ts';
import { chooseEncoding, isShellRoute, shellHeaders } from './shell.rules.ts';

type ShellDeps = {
  /** What `npm run build -w web` made. */
  distFolder: string;
  /** What pages of served extensions were approved for. */
  framePermissions?: () => ReadonlySet<string>;
  log: Logger;
};

const noncePlaceholder = '__BERTH_NONCE__';
const oneYear = 'public, max-age=31536000, immutable';

export async function shellRoom({
  distFolder,
  framePermissions = () => new Set(),
  log,
}: ShellDeps): Promise<{ routes: Hono; policies: RoutePolicy[] }> {
  const dist = await readDist(distFolder);
  const page = dist.get('/index.html')?.plain.toString('utf8');
  if (page === undefined) log.error({ distFolder }, 'the web part is not built: there is no index.html');
  const routes = new Hono();

  routes.get('/*', (c) => {
    const { pathname } = new URL(c.req.url);
    if (/^\/(?:api|apps|internal|health|\.well-known)\//.test(pathname)) throw new Problem('not-found');
    const file = pathname === '/index.html' ? undefined : dist.get(pathname);
    if (file) {
      const encoding = chooseEncoding(c.req.header('accept-encoding'), file);
      const headers = {
        'content-type': file.contentType,
        'cache-control': file.isHashed ? oneYear : 'no-cache',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        vary: 'accept-encoding',
        etag: file.etag,
      };
      if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers);
      if (encoding === null) return c.body(new Uint8Array(file.plain), 200, headers);
      return c.body(new Uint8Array(encoding.bytes), 200, { ...headers, 'content-encoding': encoding.name });
    }
    // A missing asset is missing: the page in its place would be run as a script.
    if (pathname.startsWith('/assets/')) throw new Problem('not-found');
    if (page === undefined)
      throw new Problem('unavailable', {
        detail: 'The pages of Berth are not built. `npm start` builds them.',
      });
    const nonce = randomBytes(18).toString('base64');
    return c.body(
      page.replaceAll(noncePlaceholder, nonce),
      isShellRoute(pathname) ? 200 : 404,
      shellHeaders(nonce, framePermissions()),
    );
  });

  return { routes, policies: [{ method: 'GET', path: '/*', audience: 'public' }] };
}
