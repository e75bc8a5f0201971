/** M2: a container sends mail through a connection, from the address of the connection alone. */
import { startMailServer, type MailServer } from '@berth/testing/mail-server.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionsRig, type ConnectionsRig } from './testing/rig.ts';

let house: ConnectionsRig;
let server: MailServer;

const message = { to: ['ada@example.org'], subject: 'The ship', text: 'It is in the harbour.' };
const send = (body: unknown) => house.call('/post/messages', body);

beforeAll(async () => {
  house = await connectionsRig();
  server = await startMailServer();
  const from = 'harbour@example.org';
  await house.give('post', { provider: 'smtp', url: server.url, from, is_local: true }, null);
});
afterAll(async () => {
  await house.end();
  await server.close();
});

test('M2: a message goes out under the address of the connection', async () => {
  expect((await send(message)).status).toBe(202);
  const { text } = await server.letterTo('ada@example.org', 'It is in the harbour.');
  expect(text).toContain('From: harbour@example.org');
  expect(text).toContain('Subject: The ship');
});

test.each([
  ['a sender of its own', { ...message, from: 'chief@example.org' }, '/from'],
  ['a header in the subject', { ...message, subject: 'x\r\nBcc: b@example.org' }, '/subject'],
  ['no address', { ...message, to: ['nobody'] }, '/to/0'],
])('M2: %s is told at its field, and nothing is sent', async (_, body, pointer) => {
  const answer = await send(body);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
  expect(server.received).toEqual([]);
});

test('hazard J7: a server that refuses the message, or is gone, is a state with words', async () => {
  server.refuse(550);
  const refused = await send(message);
  expect([refused.status, await refused.json()]).toMatchObject([502, { failure: 'provider-error' }]);
  server.refuse(null);
  expect((await send(message)).status).toBe(202);
});
