/** Checks, settings and icons of a container over TLS: real certificates, and a listener between that keeps every byte. */
import { request as plainRequest } from 'node:http';
import { createServer, type Server } from 'node:https';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority, type Authority, type Identity } from '#platform/testing/certificates.ts';
import { isOnlyTls, record, type Recorder } from '#platform/testing/recorder.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { person, startRig, type Rig } from '../testing/rig.ts';

const root = person({ isSuperuser: true });
const schema = { type: 'object', properties: { size: { type: 'integer' } } };
const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';
const manifest = manifestOf('hello', {
  icon: 'icon.svg',
  settings_schema: schema,
  access: { any_user: true },
});

let ours: Authority;
let theirs: Authority;
let good: Identity;
const ends: (() => unknown)[] = [];

beforeAll(() => {
  ours = makeAuthority('ours');
  theirs = makeAuthority('theirs');
  good = ours.identity('DNS:localhost');
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

describe('H11, E12: checks, settings and icons of a container over TLS', () => {
  test('`ca` of its entry proves it; nothing leaves in clear', async () => {
    const { recorder, rig, container } = await behindTls(good);
    await rig.writeFile('tls/ours.crt', ours.ca);
    await rig.writeServices(entry(recorder, 'tls/ours.crt'));
    await rig.room.start();
    await rig.until('hello', (plugin) => plugin?.state === 'online' && plugin.admitted?.icon !== undefined);
    expect(await (await rig.as(root, '/api/plugins/hello/settings')).json()).toMatchObject({ size: 3 });
    expect(container.requests.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/health', '/plugin/manifest', '/icon.svg', '/plugin/settings']),
    );
    expect(isOnlyTls(recorder.heard())).toBe(true);
  });

  test('without `ca`, nobody trusts it: the report says TLS and what to do', async () => {
    const { recorder, rig, container } = await behindTls(good);
    await rig.writeServices(`services:\n  hello: https://localhost:${recorder.port}\n`);
    await rig.room.start();
    const plugin = await rig.until('hello', (found) => found?.state === 'offline');
    const error = plugin.stages.find(({ name }) => name === 'connect')?.lastError;
    expect(error).toMatchObject({
      kind: 'tls',
      hint: expect.stringContaining('`ca` in services.yaml') as unknown,
    });
    expect(container.requests).toEqual([]);
    expect(isOnlyTls(recorder.heard())).toBe(true);
  });

  test('another authority is put into the file: it counts without a restart, and so does the right one', async () => {
    const { recorder, rig } = await behindTls(good);
    await rig.writeFile('ca.crt', ours.ca);
    await rig.writeServices(entry(recorder, 'ca.crt'));
    await rig.room.start();
    await rig.until('hello', (plugin) => plugin?.state === 'online');
    await rig.writeFile('ca.crt', theirs.ca);
    await rig.until('hello', (plugin) => plugin?.state === 'offline');
    await rig.writeFile('ca.crt', `${theirs.ca}${ours.ca}`);
    await rig.until('hello', (plugin) => plugin?.state === 'online');
  });

  test('a second authority beside the first: no moment without the extension', async () => {
    const { recorder, rig } = await behindTls(good);
    await rig.writeFile('ca.crt', ours.ca);
    await rig.writeServices(entry(recorder, 'ca.crt'));
    await rig.room.start();
    const before = await rig.until('hello', (plugin) => plugin?.state === 'online');
    const states = new Set<string | undefined>();
    rig.room.onChange(({ plugins }) => void states.add(plugins.get('hello')?.state));
    await rig.writeFile('ca.crt', `${theirs.ca}${ours.ca}`);
    await rig.until(
      'hello',
      (plugin) => plugin?.state === 'online' && plugin.ca?.digest !== before.ca?.digest,
    );
    const count = recorder.count();
    await rig.until('hello', () => recorder.count() > count);
    expect([...states]).toEqual(['online']);
  });

  test.each([
    ['that is not there', null, 'cannot be read (ENOENT)'],
    ['that holds no certificate', 'hello', 'holds no certificate'],
    [
      'that holds half a certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'holds no certificate',
    ],
  ])(
    'an authority %s: its service is refused in words, and the others serve',
    async (_what, content, words) => {
      const { recorder, rig, container } = await behindTls(good);
      const other = await startContainer(manifestOf('other'));
      ends.push(other.stop);
      if (content !== null) await rig.writeFile('ca.crt', content);
      await rig.writeServices(`${entry(recorder, 'ca.crt')}  other: ${other.url}\n`);
      await rig.room.start();
      await rig.until('other', (plugin) => plugin?.state === 'online');
      expect(rig.plugin('hello')).toBeUndefined();
      const told: unknown = await (await rig.as(root, '/api/admin/plugins')).json();
      expect(told).toMatchObject({ source_problems: [expect.stringContaining(`hello: ca ca.crt ${words}`)] });
      expect([container.requests, recorder.heard()]).toEqual([[], '']);
      await rig.writeFile('ca.crt', ours.ca);
      await rig.until('hello', (plugin) => plugin?.state === 'online');
    },
  );
});

type Place = { recorder: Recorder; container: FakeContainer; rig: Rig };

async function behindTls({ key, cert }: Identity): Promise<Place> {
  const container = await startContainer(manifest);
  container.answers.set('/plugin/settings', json({ size: 3 }));
  container.answers.set(
    '/icon.svg',
    (_, res) => void res.writeHead(200, { 'content-type': 'image/svg+xml' }).end(picture),
  );
  const server = createServer({ key, cert }, (req, res) => {
    const passed = plainRequest(
      container.url + (req.url ?? ''),
      { method: req.method, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(res);
      },
    );
    passed.on('error', () => res.destroy());
    req.pipe(passed);
  });
  const recorder = await record(await listen(server));
  const rig = await startRig();
  ends.push(
    container.stop,
    () => {
      server.closeAllConnections();
      server.close();
    },
    recorder.close,
    rig.end,
  );
  return { recorder, container, rig };
}

function entry({ port }: Recorder, ca: string): string {
  return `services:\n  hello:\n    url: https://localhost:${port}\n    ca: ${ca}\n`;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
