import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PageMessage, ShellMessage } from '../contract/frame.ts';
import { connectToShell, type Shell } from './frame.ts';

const apiBase = 'https://berth.example/api/plugins/hello/app/';
const endless = Date.now() + 3_600_000;
const open: { close: () => void }[] = [];
afterEach(() => open.splice(0).forEach((each) => each.close()));

type Sent = { url: string; authorization: string | null; credentials: RequestCredentials | undefined };

/** The shell's side, over a real MessageChannel. */
async function meet({
  expiresAt = endless,
  answers = [200],
  renews = true,
}: { expiresAt?: number; answers?: number[]; renews?: boolean } = {}) {
  const hellos: unknown[] = [];
  const said: PageMessage[] = [];
  const sent: Sent[] = [];
  const heard: (() => void)[] = [];
  let port: MessagePort | undefined;
  let tokens = 1;
  const tell = (message: ShellMessage): void => port?.postMessage(message);
  const keyboard = new EventTarget();
  const shell = await connectToShell({
    keyboard,
    parent: {
      postMessage(hello, targetOrigin, [transferred]) {
        hellos.push([hello, targetOrigin]);
        if (!(transferred instanceof MessagePort)) throw new Error('no port');
        port = transferred;
        port.onmessage = ({ data }: MessageEvent<PageMessage>) => {
          said.push(data);
          if (data.type === 'token-wanted' && renews)
            tell({ type: 'token', token: `t-${++tokens}`, tokenExpiresAt: endless });
          heard.splice(0).forEach((go) => go());
        };
        port.postMessage('rubbish');
        tell({
          type: 'welcome',
          token: 't-1',
          tokenExpiresAt: expiresAt,
          apiBase,
          theme: 'dark',
          locale: 'de',
          timeZone: 'Europe/Berlin',
          path: '#/a',
        });
      },
    },
    fetch: (url, init = {}) => {
      sent.push({
        url: url instanceof Request ? url.url : url.toString(),
        authorization: new Headers(init.headers).get('authorization'),
        credentials: init.credentials,
      });
      return Promise.resolve(
        new Response(null, { status: answers[Math.min(sent.length, answers.length) - 1] ?? 200 }),
      );
    },
  });
  open.push(shell, { close: () => port?.close() });
  const nextHeard = (): Promise<void> => new Promise((resolve) => heard.push(resolve));
  return { shell, hellos, said, sent, tell, nextHeard, keyboard };
}

const nextTheme = (shell: Shell): Promise<string> => new Promise((resolve) => void shell.onTheme(resolve));
const nextPath = (shell: Shell): Promise<string> => new Promise((resolve) => void shell.onPath(resolve));

describe('the frame client', () => {
  test('says hello with a port and takes what the welcome says', async () => {
    const { shell, hellos } = await meet();
    expect(hellos).toEqual([[{ type: 'berth:hello', protocol: 1 }, '*']]);
    expect(shell).toMatchObject({
      apiBase,
      theme: 'dark',
      locale: 'de',
      timeZone: 'Europe/Berlin',
      path: '#/a',
    });
  });

  test('sends the bearer to its own API, with no cookies', async () => {
    const { shell, sent } = await meet();
    await shell.fetch('/greeting?a=1', { headers: { accept: 'application/json' } });
    expect(sent).toEqual([
      { url: `${apiBase}greeting?a=1`, authorization: 'Bearer t-1', credentials: 'omit' },
    ]);
  });

  test.each(['https://evil.example/x', '../../x', '//../x', 'javascript:x', '/%2e%2e/x'])(
    'never sends the bearer to %s',
    async (path) => {
      const { shell, sent } = await meet();
      await expect(shell.fetch(path)).rejects.toThrow(TypeError);
      expect(sent).toEqual([]);
    },
  );

  test.each(['//evil.example/x', '/\\evil.example/x'])('%s is a path of its own API', async (path) => {
    const { shell, sent } = await meet();
    await shell.fetch(path);
    expect(sent[0]?.url).toBe(`${apiBase}evil.example/x`);
  });

  test('asks for a new token before the old one ends, once for many requests', async () => {
    const { shell, sent, said } = await meet({ expiresAt: Date.now() + 5000 });
    await Promise.all([shell.fetch('/a'), shell.fetch('/b'), shell.fetch('/c')]);
    expect(sent.map(({ authorization }) => authorization)).toEqual([
      'Bearer t-2',
      'Bearer t-2',
      'Bearer t-2',
    ]);
    expect(said).toEqual([{ type: 'token-wanted' }]);
    expect(await shell.freshToken()).toBe('t-2');
  });

  test('on 401 asks once more with a new token', async () => {
    const { shell, sent } = await meet({ answers: [401, 200] });
    expect((await shell.fetch('/a', { method: 'POST', body: 'x' })).status).toBe(200);
    expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer t-1', 'Bearer t-2']);
  });

  test('a second 401 is the answer, and a stream is sent once', async () => {
    const stays = await meet({ answers: [401] });
    expect((await stays.shell.fetch('/a')).status).toBe(401);
    expect(stays.sent.length).toBe(2);
    const streamed = await meet({ answers: [401] });
    expect((await streamed.shell.fetch('/a', { method: 'POST', body: new ReadableStream() })).status).toBe(
      401,
    );
    expect(streamed.sent.length).toBe(1);
  });

  test('a shell that gives no new token leaves the 401 as the answer', async () => {
    const { shell, sent, nextHeard } = await meet({ answers: [401], renews: false });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const wanted = nextHeard();
      const answer = shell.fetch('/a');
      await wanted;
      vi.advanceTimersByTime(10_000);
      expect((await answer).status).toBe(401);
      expect(sent.length).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('theme and path are told when they change, until it is ended', async () => {
    const { shell, tell } = await meet();
    const [theme, path] = [nextTheme(shell), nextPath(shell)];
    const ended: string[] = [];
    shell.onTheme((each) => ended.push(each))();
    tell({ type: 'theme', theme: 'light' });
    tell({ type: 'path', path: '#/b' });
    expect([await theme, await path]).toEqual(['light', '#/b']);
    expect([shell.theme, shell.path, ended]).toEqual(['light', '#/b', []]);
  });

  test('G5: another language, region or time zone of the reader reaches the page', async () => {
    const { shell, tell } = await meet();
    const heard = new Promise<string>((resolve) => void shell.onLocale(resolve));
    tell({ type: 'locale', locale: 'en-GB', timeZone: 'Europe/London' });
    expect([await heard, shell.locale, shell.timeZone]).toEqual(['en-GB', 'en-GB', 'Europe/London']);
  });

  test('reports where the page is', async () => {
    const { shell, said, nextHeard } = await meet();
    const heard = nextHeard();
    shell.reportPath('#/letters/7', 'A letter');
    await heard;
    expect(said).toEqual([{ type: 'path', path: '#/letters/7', title: 'A letter' }]);
    expect(shell.path).toBe('#/letters/7');
  });

  test('I14: a page that scrolls on takes the place of the last path: Back does not scroll', async () => {
    const { shell, said, nextHeard } = await meet();
    const heard = nextHeard();
    shell.reportPath('#/letters/7?page=2', 'A letter', 'replace');
    await heard;
    expect(said).toEqual([{ type: 'path', path: '#/letters/7?page=2', title: 'A letter', replace: true }]);
  });

  test('item 25: Ctrl-K, Cmd-K and ? go to the shell, unless the page used them', async () => {
    const { shell, said, keyboard, nextHeard } = await meet();
    const press = (key: string, more: object = {}, isUsed = false): boolean => {
      const event = Object.assign(new Event('keydown', { cancelable: true }), { key, ...more });
      if (isUsed) event.preventDefault();
      return keyboard.dispatchEvent(event);
    };
    const heard = nextHeard();
    expect(press('k', { ctrlKey: true })).toBe(false);
    await heard;
    press('K', { metaKey: true });
    press('?', { shiftKey: true });
    for (const more of [
      {},
      { ctrlKey: true, altKey: true },
      { ctrlKey: true, repeat: true },
      { ctrlKey: true, shiftKey: true },
    ])
      expect(press('k', more)).toBe(true);
    press('?', {}, true);
    const last = nextHeard();
    shell.reportKeys([{ keys: 'J', does: 'Next' }]);
    await last;
    await expect
      .poll(() => said)
      .toEqual([
        { type: 'key', key: 'mod+k' },
        { type: 'key', key: 'mod+k' },
        { type: 'key', key: '?' },
        { type: 'keys', keys: [{ keys: 'J', does: 'Next' }] },
      ]);
    shell.close();
    expect(press('k', { ctrlKey: true })).toBe(true);
  });

  test('a parent that is no shell is given up', async () => {
    const ports: MessagePort[] = [];
    const parent = {
      postMessage: (_hello: unknown, _origin: string, [port]: Transferable[]) =>
        void (port instanceof MessagePort && ports.push(port)),
    };
    await expect(connectToShell({ parent, timeoutMs: 1 })).rejects.toThrow('did not answer');
    ports.forEach((port) => port.close());
  });

  test('the module for pages without a build is the same program', async () => {
    const built: unknown = await import(new URL('../../frame.js', import.meta.url).href);
    expect(built).toHaveProperty('connectToShell');
  });
});
