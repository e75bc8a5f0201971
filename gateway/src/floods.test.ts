/** Hazard S9 at the gateway as it is composed: more sign-ins at once than are let in. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { statusOf } from '#edge/testing/raw.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from './testing/real-gateway.ts';

const email = 'root@example.org';
let gateway: RealGateway;
let port: number;

beforeAll(async () => {
  gateway = await realGateway({ BERTH_TRUSTED_PROXIES: '127.0.0.1' });
  port = Number(new URL(gateway.origin).port);
  await post('/api/auth/setup', { token: setupToken, email, password: goodPassword });
});
afterAll(() => gateway.close());

test('hazard S9: who comes while as many sign in as are let in is told so before a byte of their body came, and all of them are a count in the audit', async () => {
  const statuses: number[] = [];
  let refusal: string | null = null;
  // However fast this machine hashes, in one of the waves somebody comes while there is no room.
  for (let wave = 0; wave < 20 && refusal === null; wave++) {
    const flood = Promise.all(Array.from({ length: 150 }, (_, from) => signIn(`10.${wave}.0.${from}`)));
    const isOver = flood.then(() => true);
    while (refusal === null && !(await Promise.race([isOver, soon()]))) refusal = await askWithoutBody();
    statuses.push(...(await flood));
  }
  expect(refusal).toMatch(/^HTTP\/1\.1 503 /);
  expect(refusal?.toLowerCase()).toContain('\r\nretry-after: 2\r\n');
  expect(refusal?.toLowerCase()).toContain('\r\ncontent-type: application/problem+json\r\n');
  expect(JSON.parse(refusal?.slice(refusal.indexOf('{')) ?? '')).toMatchObject({
    type: '/problems/unavailable',
    instance: 'quoted',
  });
  expect(new Set(statuses)).toEqual(new Set([200, 503]));

  const { access_token: bearer } = z
    .object({ access_token: z.string() })
    .parse(
      JSON.parse(
        (await post('/api/auth/login', new URLSearchParams({ username: email, password: goodPassword })))
          .text,
      ),
    );
  const audit = await fetch(`${gateway.origin}/api/admin/audit?action=session.open&outcome=failed`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  const { items } = z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(await audit.json());
  expect(items).toHaveLength(20);
  expect(items[0]).toMatchObject({
    actor: null,
    target: null,
    address: expect.stringMatching(/^10\./) as unknown,
    details: { status: 503, problem: 'unavailable' },
  });
});

/** A head alone: whoever waits for the body gives no answer. `null`: there was room, and the body is waited for. */
async function askWithoutBody(): Promise<string | null> {
  const head = [
    'POST /api/auth/session?a=b HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    'Content-Length: 50',
    'x-request-id: quoted',
    '',
    '',
  ];
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let answer = '';
  const isAnswered = new Promise<void>((resolve) => {
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.includes('}')) resolve();
    });
    socket.on('error', () => resolve());
  });
  socket.write(head.join('\r\n'));
  await Promise.race([isAnswered, roundTrip()]);
  socket.destroy();
  return statusOf(answer) === 503 && answer.includes('}') ? answer : null;
}

/** Whatever was sent before it is answered or waits for more. */
async function roundTrip(): Promise<void> {
  for (let trip = 0; trip < 3; trip++) await (await fetch(`${gateway.origin}/health/live`)).text();
}

function soon(): Promise<false> {
  return new Promise((resolve) => void setImmediate(resolve, false));
}

async function signIn(from: string): Promise<number> {
  return (await post('/api/auth/session', { email, password: goodPassword }, from)).status;
}

async function post(
  path: string,
  body: object,
  from = '10.99.0.1',
): Promise<{ status: number; text: string }> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(`${gateway.origin}${path}`, {
    method: 'POST',
    headers: { ...(isForm ? {} : { 'content-type': 'application/json' }), 'x-forwarded-for': from },
    body: isForm ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
