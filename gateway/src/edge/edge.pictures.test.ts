/**
 * C7: under load, with a manifest that changes every 50 ms and groups that flip, each request is decided by
 * one picture.
 */
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import type { Identification, Identify } from '#identity/access/principal.ts';
import { groupIds, listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const app = '/api/plugins/doc/app';
const connections = 64;
const requestsEach = 150;
const flipMs = 50;
const fewestFlips = 20;

let edge: EdgeServer;
let containers: Server[] = [];

afterEach(async () => {
  await edge.close();
  for (const container of containers) {
    container.closeAllConnections();
    container.close();
  }
});

/** A container that says which of the two it is, and what groups it was told of. */
async function containerNamed(name: string): Promise<string> {
  const container = createServer((req, res) => {
    const text = `${name} ${String(req.headers['x-user-groups'])} ${req.url ?? ''};`;
    res.writeHead(200, { 'content-length': text.length }).end(text);
  });
  containers.push(container);
  return `http://127.0.0.1:${await listen(container)}`;
}

const manifest = (fields: Partial<ManifestInput>): ManifestInput => ({
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  identity: { claims: ['groups'] },
  ...fields,
});

test('C7 of thousands of requests none fails, and none is decided by halves of two pictures', async () => {
  containers = [];
  const member: Identification = {
    ok: true,
    principal: person('ann', { groupIds: new Set(groupIds.values()) }),
  };
  const nobodys: Identification = { ok: true, principal: person('ann') };
  // Each picture lets in one of the two alone, leads to a container of its own, and gives the path another
  // meaning.
  const pictures = [
    {
      plugin: pluginOf(
        await containerNamed('closed'),
        manifest({
          mounts: ['/api/closed'],
          routes: [{ path: '/x/**', access: { required_groups: ['readers'] } }],
        }),
      ),
      who: member,
      answer: 'closed ["readers","writers"]',
    },
    {
      plugin: pluginOf(
        await containerNamed('open'),
        manifest({ version: '2', mounts: ['/api/open'], routes: [{ path: '/y' }, { path: '/*/*' }] }),
      ),
      who: nobodys,
      answer: 'open []',
    },
  ] as const;
  let picture: (typeof pictures)[number] = pictures[0];
  // Whoever asks is known some turns later, when the pictures may have changed; decided is by what was true
  // when they asked.
  const identify: Identify = async () => {
    const { who } = picture;
    for (let turns = 0; turns < 3; turns++) await turnEnd();
    return who;
  };
  edge = await startEdge({}, { identify });
  edge.show(picture.plugin);
  let flips = 0;
  const flipping = setInterval(() => {
    picture = pictures[++flips % 2 === 0 ? 0 : 1];
    edge.show(picture.plugin);
    edge.changeRights();
  }, flipMs);
  const wrong: string[] = [];
  const counts = new Map<string, number>();
  let asked = 0;
  await Promise.all(
    Array.from({ length: connections }, async (_, lane) => {
      const line = lineTo(edge.port);
      for (let count = 0; count < requestsEach || flips < fewestFlips; count++) {
        asked++;
        const path = `/x/${lane}-${count}`;
        const askedAt = performance.now();
        const text = await line.ask(path);
        // On a machine this slow a request counts as a stream: it is looked at again, and may be refused.
        if (performance.now() - askedAt > 450 && text.startsWith('HTTP/1.1 404 ')) {
          asked--;
          continue;
        }
        const said = /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n(.*) (\/.*);$/.exec(text);
        const [, answer = text] = said ?? [];
        counts.set(answer, (counts.get(answer) ?? 0) + 1);
        if (said?.[2] !== path || !pictures.some((each) => each.answer === answer)) wrong.push(text);
      }
      line.hangUp();
    }),
  );
  clearInterval(flipping);
  expect(wrong.slice(0, 3)).toEqual([]);
  // Both pictures have decided: had one of them never been seen, nothing would be shown.
  expect([...counts.keys()].toSorted()).toEqual(['closed ["readers","writers"]', 'open []']);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(asked);
});

/** A closed loop on one kept connection: the next request when the answer is there. */
function lineTo(port: number): { ask: (path: string) => Promise<string>; hangUp: () => void } {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
  let text = '';
  let settle: (text: string) => void = () => {};
  socket.on('data', (chunk: string) => {
    text += chunk;
    // Every answer of the containers, and every problem, ends with one of these.
    if (/\r\n\r\n[\s\S]*[;}]$/.test(text)) settle(text);
  });
  socket.on('error', () => {});
  socket.on('close', () => settle(`cut: ${text}`));
  return {
    ask: (path) => {
      text = '';
      const answered = new Promise<string>((resolve) => (settle = resolve));
      socket.write(`GET ${app}${path} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n\r\n`);
      return answered;
    },
    hangUp: () => socket.destroy(),
  };
}
