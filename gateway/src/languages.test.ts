/** What the gateway says comes in the language of the reader (issue 15, row G5). */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { resetLetter } from '#identity/accounts/letters.rules.ts';
import { browserAt } from '#identity/accounts/testing/identity-gateway.ts';
import { inWords, lettersIn, sentences } from '#platform/words/spoken.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from './testing/real-gateway.ts';

const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

let gateway: RealGateway;
beforeAll(async () => {
  gateway = await realGateway({ BERTH_SERVICES: 'notes=http://127.0.0.1:9' });
}, 60_000);
afterAll(() => gateway.close());

async function asked(path: string, language: string | null, body?: unknown) {
  const answer = await fetch(gateway.origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(language === null ? {} : { 'accept-language': language }),
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const told = problem.parse(await answer.json());
  return { ...told, status: answer.status, language: answer.headers.get('content-language') };
}

test.each([
  [null, 'en', 'Sign in first'],
  ['fr', 'en', 'Sign in first'],
  ['en-GB,de;q=0.9', 'en', 'Sign in first'],
  ['de-AT,de;q=0.9', 'de', 'Melden Sie sich zuerst an'],
])('G5 a refusal of the gateway itself, asked for in %s, is in %s', async (wanted, language, title) => {
  expect(await asked('/api/notifications', wanted)).toMatchObject({
    type: '/problems/not-signed-in',
    title,
    status: 401,
    language,
  });
});

test('G5 a header of eight kilobytes is not read to its end', async () => {
  expect(await asked('/api/notifications', `${'fr;q=0.1,'.repeat(800)}de`)).toMatchObject({ language: 'en' });
});

test.each([
  ['fr', 'en', 'The path holds a dot segment, plain or encoded.'],
  ['de', 'de', 'Der Pfad enthält ein Punkt-Segment, einfach oder kodiert.'],
])('G5 a refusal of the edge on the wire, asked for in %s, is in %s', async (wanted, language, detail) => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { hostname, port } = new URL(gateway.origin);
  const sent = request({
    hostname,
    port,
    path: '/apps/notes/%2e%2e/x',
    headers: { 'accept-language': wanted },
  });
  sent.on('error', reject).on('response', (answer) => {
    expect(answer.headers['content-language']).toBe(language);
    answer.setEncoding('utf8');
    let text = '';
    answer.on('data', (piece: string) => (text += piece)).on('end', () => resolve(text));
  });
  sent.end();
  expect(problem.parse(JSON.parse(await promise))).toMatchObject({ type: '/problems/bad-path', detail });
});

test('G5 each wrong field is told in German, a hostile name as it is', async () => {
  const told = await asked('/api/auth/register', 'de', '{"email": 1, "<b>{0}__proto__": true}');
  expect(told).toMatchObject({ status: 422, title: 'Einige Felder sind falsch', language: 'de' });
  expect(told.errors).toEqual(
    expect.arrayContaining([
      { pointer: '/email', detail: 'Ungültige Eingabe: erwartet wird ein Text, gekommen ist eine Zahl' },
      { pointer: '/<b>{0}__proto__', detail: 'Dieses Feld ist hier nicht bekannt.' },
    ]),
  );
});

test('G5 what an answer says of the gateway is in German, and names are as they are', async () => {
  const options = await fetch(`${gateway.origin}/api/auth/options`, { headers: { 'accept-language': 'de' } });
  expect(options.headers.get('content-language')).toBe('de');
  expect(await options.json()).toMatchObject({
    password_policy: expect.arrayContaining([expect.objectContaining({ message: 'Mindestens 8 Zeichen.' })]),
  });
  const words = {
    name: 'Not found',
    state: 'offline',
    detail: 'Not asked yet',
    notes: ['Not found', 'mine'],
  };
  const told: unknown = JSON.parse(inWords({ items: [words] }, sentences.in('de').say));
  expect(told).toEqual({
    items: [{ ...words, detail: 'Noch nicht gefragt', notes: ['Nicht gefunden', 'mine'] }],
  });
});

test('G5 the connection report is in German; the list of extensions is kept apart from the English one', async () => {
  const root = browserAt(gateway.origin);
  const account = { token: setupToken, email: 'root@example.org', password: goodPassword };
  expect((await root.request('POST', '/api/auth/setup', account)).status).toBe(201);
  const asked = (path: string, language: string) =>
    root.request('GET', path, undefined, { 'accept-language': language });
  const hint = /^An http:\/\/127\.0\.0\.1:9 nimmt nichts Verbindungen an: Prüfen Sie/;
  await vi.waitFor(
    async () => {
      const { body } = await asked('/api/admin/plugins', 'de');
      expect(JSON.stringify(body)).toContain('last_error');
      expect(body).toMatchObject({
        items: [
          {
            stages: expect.arrayContaining([
              expect.objectContaining({
                last_error: expect.objectContaining({ hint: expect.stringMatching(hint) }),
              }),
            ]),
          },
        ],
      });
    },
    { timeout: 30_000 },
  );
  const [english, german] = await Promise.all(
    ['en', 'de'].map((language) => asked('/api/plugins', language)),
  );
  expect(german?.status).toBe(200);
  expect(german?.headers.get('etag')).not.toBe(english?.headers.get('etag'));
});

test('G5 a letter is in the language of the person, its links and names as they are', () => {
  const letter = resetLetter('ann@example.org', 'https://berth.example/reset#Not found', 'one hour');
  const { to, subject, text } = lettersIn('de-CH')(letter);
  expect({ to, subject }).toEqual({
    to: 'ann@example.org',
    subject: 'Wählen Sie ein neues Passwort für Berth',
  });
  expect(text).toContain('er gilt eine Stunde und einmal:\n\nhttps://berth.example/reset#Not found\n\n');
  expect(text).not.toMatch(/\b(?:you|the|your)\b/i);
  expect(lettersIn('fr')(letter)).toEqual(letter);
});
