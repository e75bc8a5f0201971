/**
 * P14: a container sends a second answer without a request for it, a moment after the first. Over a kept
 * connection it would be the answer to another user's request. Every answer holds the address it answers, so
 * that a foreign one is seen.
 */
import { Agent, request } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [{ path: '/x/**', methods: ['GET', 'HEAD', 'POST'], limits: { max_concurrent: 500 } }],
};
const users = 50;

let edge: EdgeServer;
let container: Server;
let connections: Set<Socket>;
let opened: number;
let answersLateMs: number;
/** Whether a stray follows this answer, and how late. */
let strayAfterMs: (count: number) => number | null;

beforeEach(async () => {
  connections = new Set();
  opened = 0;
  answersLateMs = 0;
  strayAfterMs = () => null;
  let count = 0;
  container = createServer({ noDelay: true }, (socket) => {
    opened++;
    connections.add(socket);
    socket.on('close', () => connections.delete(socket)).on('error', () => socket.destroy());
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const [method = '', target = ''] = text.split(' ');
        text = text.slice(end + 4);
        const answer = () => {
          socket.write(answerWith(target, method === 'HEAD'), 'latin1');
          const lateMs = strayAfterMs(++count);
          if (lateMs === null) return;
          const sendStray = () =>
            socket.writable && socket.write(answerWith(`${target} unasked`, false), 'latin1');
          if (lateMs === 0) setImmediate(sendStray);
          else setTimeout(sendStray, lateMs);
        };
        if (answersLateMs === 0) answer();
        else setTimeout(answer, answersLateMs);
      }
    });
  });
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(`http://127.0.0.1:${await listen(container)}`, manifest));
});

afterEach(async () => {
  await edge.close();
  for (const socket of connections) socket.destroy();
  container.close();
});

const answerWith = (body: string, isHead: boolean) =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${isHead ? '' : body}`;
const seen = () => edge.edge.unsolicitedAnswers().get('doc')?.count ?? 0;

type Asked = { isForeign: boolean; status: number; wasSeen: boolean };

function ask(agent: Agent, path: string, method = 'GET'): Promise<Asked> {
  const wasSeen = seen() > 0;
  const { promise, resolve, reject } = Promise.withResolvers<Asked>();
  const asked = request(
    `${edge.url}/api/plugins/doc/app${path}`,
    { agent, method, headers: { authorization: 'Bearer ann' } },
    (response) => {
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (piece: string) => (body += piece)).on('error', reject);
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const length = method === 'HEAD' ? path.length : body.length;
        const isForeign = status === 200 && (length !== path.length || (method !== 'HEAD' && body !== path));
        resolve({ isForeign, status, wasSeen });
      });
    },
  );
  asked.on('error', reject).end();
  return promise;
}

/** Each user asks again as soon as the answer is there. */
async function crowd(rounds: number, methodOf: (round: number) => string = () => 'GET'): Promise<Asked[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: users });
  const each = async (user: number): Promise<Asked[]> => {
    const answers: Asked[] = [];
    for (let round = 0; round < rounds; round++)
      answers.push(await ask(agent, `/x/${user}/${round}`, methodOf(round)));
    return answers;
  };
  const all = await Promise.all(Array.from({ length: users }, (_, user) => each(user)));
  agent.destroy();
  return all.flat();
}

describe('P14 an answer that nobody asked for', () => {
  test.each([0, 1, 5, 20])(
    'after every answer, %i ms late, under 50 users: not one foreign byte',
    async (lateMs) => {
      strayAfterMs = () => lateMs;
      const answers = await crowd(30);
      expect(answers.filter(({ isForeign }) => isForeign)).toEqual([]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(seen()).toBeGreaterThan(0);
    },
  );

  test.each([0, 1, 5, 20])(
    'after one answer of 200, %i ms late, under 50 users: none once it was seen',
    async (lateMs) => {
      answersLateMs = 2;
      strayAfterMs = (count) => (count > 1_500 && count % 200 === 0 ? lateMs : null);
      const answers = await crowd(80);
      expect(answers.filter(({ isForeign, wasSeen }) => isForeign && wasSeen)).toEqual([]);
      expect(answers.filter(({ isForeign }) => isForeign).length).toBeLessThan(20);
      expect(seen()).toBeGreaterThan(0);
    },
  );

  test('after HEAD: the connection is not used again', async () => {
    strayAfterMs = () => 1;
    const answers = await crowd(20, (round) => (round % 2 === 0 ? 'HEAD' : 'GET'));
    expect(answers.filter(({ isForeign }) => isForeign)).toEqual([]);
    const before = opened;
    const agent = new Agent({ keepAlive: true });
    for (let round = 0; round < 5; round++) await ask(agent, `/x/${round}`, 'HEAD');
    agent.destroy();
    expect(opened - before).toBe(5);
  });

  test('from then on each request has a connection of its own, and the container is told so', async () => {
    strayAfterMs = (count) => (count === 1 ? 1 : null);
    const agent = new Agent({ keepAlive: true });
    await ask(agent, '/x/first');
    await expect.poll(seen).toBe(1);
    const before = opened;
    for (let round = 0; round < 10; round++) await ask(agent, `/x/${round}`);
    agent.destroy();
    expect(opened - before).toBe(10);
    expect(edge.edge.unsolicitedAnswers().get('doc')?.distrustedForMs).toBeGreaterThan(500_000);
    expect(edge.edge.notesOn('doc').join()).toContain('an answer that no request asked for');
    expect(edge.edge.notesOn('another')).toEqual([]);
  });
});
