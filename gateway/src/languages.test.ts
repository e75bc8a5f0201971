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
});
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

test('G5 what people and containers keep is never said anew, whatever its members are called', () => {
  const own = { detail: 'Not found', notes: ['Not found'], deep: [{ message: 'Not found' }] };
  const kept = {
    options: own,
    environments: { production: own },
    merged_options: own,
    before: own,
    after: own,
    translations: { de: { detail: 'Not found' } },
  };
  const told: unknown = JSON.parse(
    inWords({ items: [{ ...kept, detail: 'Not found' }] }, sentences.in('de').say),
  );
  expect(told).toEqual({ items: [{ ...kept, detail: 'Nicht gefunden' }] });
});

test.each([
  [
    'An admin opened it to Ann, the group Head of Sales Team and\u00a0the group map.',
    'Ein Admin hat sie für Ann, die Gruppe Head of Sales Team und die Gruppe map geöffnet.',
  ],
  [
    'map cannot be reached: its container refused the connection. ' +
      'It may be starting: try again in a moment.',
    'map ist nicht erreichbar: Der Container hat die Verbindung abgelehnt. ' +
      'Er startet vielleicht gerade: Versuchen Sie es gleich noch einmal.',
  ],
  [
    'Ann passes no clause of its rule. ' +
      'What would help: being in Head of Sales Team or\u00a0being a superuser.',
    'Ann erfüllt keinen Teil ihrer Regel. ' +
      'Was helfen würde: Mitglied sein in Head of Sales Team oder Superuser sein.',
  ],
  [
    'The connection "AI" has used 5 of 4 tokens of this month. ' +
      'The connection "AI" has used 2.50 of 2 EUR of this month.',
    'Die Verbindung „AI“ hat 5 von 4 Token dieses Monats verbraucht. ' +
      'Die Verbindung „AI“ hat 2.50 von 2 EUR dieses Monats verbraucht.',
  ],
])('G5 names of groups, people and extensions stay in the German of: %s', (english, german) => {
  expect(sentences.in('de').say(english)).toBe(german);
});

test('G5 the connection report is in German; the list of extensions is kept apart from the English one', async () => {
  const root = browserAt(gateway.origin);
  const account = { token: setupToken, email: 'root@example.org', password: goodPassword };
  expect((await root.request('POST', '/api/auth/setup', account)).status).toBe(201);
  const asked = (path: string, language: string) =>
    root.request('GET', path, undefined, { 'accept-language': language });
  const hint = /^An http:\/\/127\.0\.0\.1:9 nimmt nichts Verbindungen an: Prüfen Sie/;
  await vi.waitFor(async () => {
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
  });
  const [english, german] = await Promise.all(
    ['en', 'de'].map((language) => asked('/api/plugins', language)),
  );
  expect(german?.status).toBe(200);
  expect(german?.headers.get('etag')).not.toBe(english?.headers.get('etag'));
  expect(german?.headers.get('vary')).toContain('accept-language');
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
  const news = { to: 'ann@example.org', subject: 'Notes is back', text: 'Notes is back\n\n— Berth\n' };
  expect(lettersIn('de')(news).text).toBe('Notes ist wieder da\n\n— Berth\n');
});
