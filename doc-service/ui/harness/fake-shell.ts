import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { frameSandbox } from '@berth/plugin-kit/contract/frame.ts';

import type { FakeDocuments } from './fake-documents.types.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** What the gateway says of a page's files; nothing is let through that the page does not need. */
export function pagePolicy(origin: string): string {
  const ui = `${origin}/apps/x/`;
  return `default-src 'none'; script-src ${ui}; style-src ${ui}; font-src ${ui}; img-src blob: data:; connect-src ${origin}/api/plugins/x/app/; base-uri 'none'; form-action 'none'`;
}

/** A shell around one sandboxed frame, as the gateway would serve both, on a free port of the loopback. */
export async function fakeShell(dist: string, documents: FakeDocuments) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://shell');
    const apiPath = /^\/api\/plugins\/x\/app(\/.*)$/.exec(url.pathname)?.[1];
    if (apiPath !== undefined) {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-expose-headers', 'x-request-id');
      if (request.method === 'OPTIONS')
        return void response
          .writeHead(204, {
            'access-control-allow-headers': 'authorization, *',
            'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
          })
          .end();
      if (request.headers.authorization !== 'Bearer frame-token') return void response.writeHead(401).end();
      return documents.answer(request, response, new URL(apiPath + url.search, 'http://api'));
    }
    const file = /^\/apps\/x\/~c\/(.*)$/.exec(url.pathname)?.[1];
    if (file === undefined)
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(
        shellPage({
          theme: url.searchParams.get('theme') ?? 'light',
          locale: url.searchParams.get('locale') ?? 'en-GB',
          hasHead: url.searchParams.has('head'),
        }),
      );
    const path = normalize(join(dist, file === '' ? 'index.html' : file));
    readFile(path).then(
      (bytes) =>
        response
          .writeHead(200, {
            'content-type': types[extname(path)] ?? 'application/octet-stream',
            'access-control-allow-origin': '*',
            'content-security-policy': pagePolicy(`http://${request.headers.host}`),
          })
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The address bar is the shell's: paths that the page reports become history entries, back and forward are
 * told to the page.
 */
type Said = { theme: string; locale: string; hasHead: boolean };
const shellPage = ({
  theme,
  locale,
  hasHead,
}: Said) => `<!doctype html><html lang="en" style="color-scheme:${theme}"><meta name="viewport" content="width=device-width"><title>Shell</title>
<style>body{margin:0;background:${theme === 'dark' ? '#17191d' : '#fff'}}iframe{border:0;width:100vw;height:100vh;display:block}</style>
<iframe title="Documents" sandbox="${frameSandbox}" src="/apps/x/~c/"></iframe>
<script>
  addEventListener('message', (event) => {
    if (event.data?.type !== 'berth:hello') return;
    const port = event.ports[0];
    const token = { token: 'frame-token', tokenExpiresAt: Date.now() + 600000 };
    window.said = [];
    window.press = (id) => port.postMessage({ type: 'action', id });
    port.onmessage = ({ data }) => {
      window.said.push(data);
      if (data.type === 'token-wanted') port.postMessage({ type: 'token', ...token });
      if (data.type !== 'path') return;
      if (data.title) document.title = data.title;
      if (data.path !== (location.hash || '#/')) history[data.replace ? 'replaceState' : 'pushState'](null, '', data.path);
    };
    addEventListener('popstate', () => port.postMessage({ type: 'path', path: location.hash || '#/' }));
    window.setLocale = (locale, timeZone) => port.postMessage({ type: 'locale', locale, timeZone });
    window.setTheme = (theme) => port.postMessage({ type: 'theme', theme });
    port.postMessage({ type: 'welcome', ...token, apiBase: location.origin + '/api/plugins/x/app/', theme: '${theme}', locale: '${locale}', timeZone: 'Europe/Berlin', path: location.hash, head: ${hasHead} });
  });
</script></html>`;
