/**
 * Hazard S5: whoever asks about an account learns nothing by the words of an answer, nor by the work that was done for it. How
 * long it takes is measured by `npm run bench:identity`.
 */
import { hash, verify } from '@node-rs/argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  browserAt,
  goodPassword,
  identityGateway,
  send,
  setUp,
  type IdentityGateway,
} from './testing/identity-gateway.ts';

// Real hashing, counted.
vi.mock('@node-rs/argon2', { spy: true });

const known = 'known@example.org';
const disabled = 'disabled@example.org';
const withoutPassword = 'provider@example.org';
const unknown = 'unknown@example.org';
let gateway: IdentityGateway;
let withMail: IdentityGateway;

beforeAll(async () => {
  gateway = await identityGateway();
  // Nobody listens there: what is written waits, and nobody who asks waits for it.
  withMail = await identityGateway({
    publicUrl: 'http://localhost:1',
    smtp: { url: 'smtp://127.0.0.1:1', from: 'berth@example.org' },
  });
  for (const one of [gateway, withMail]) {
    await setUp(one);
    const hashed = await hash(goodPassword, {});
    await one.database.prisma.user.createMany({
      data: [
        { email: known, passwordHash: hashed },
        { email: disabled, passwordHash: hashed, isActive: false },
        { email: withoutPassword, passwordHash: null },
      ],
    });
  }
});
afterAll(async () => {
  await gateway.close();
  await withMail.close();
});
beforeEach(() => {
  vi.mocked(hash).mockClear();
  vi.mocked(verify).mockClear();
});

/** All that somebody outside can see of an answer, and the slow work behind it. */
async function seen(one: IdentityGateway, path: string, body: unknown) {
  const before = { hashed: vi.mocked(hash).mock.calls.length, verified: vi.mocked(verify).mock.calls.length };
  const { status, headers, body: said } = await send(one.origin, 'POST', path, body);
  const names = [...headers.keys()].filter((name) => name !== 'date' && name !== 'content-length').toSorted();
  const work = {
    hashed: vi.mocked(hash).mock.calls.length - before.hashed,
    verified: vi.mocked(verify).mock.calls.length - before.verified,
  };
  return { status, names, said: JSON.stringify(said).replaceAll(/[a-z]+@example\.org/g, 'WHO'), work };
}

describe('hazard S5', () => {
  test.each<[string, (email: string) => [string, unknown]]>([
    ['a browser', (email) => ['/api/auth/session', { email, password: 'Wrong-Horse-7' }]],
    [
      'a program',
      (email) => ['/api/auth/login', new URLSearchParams({ username: email, password: 'Wrong-Horse-7' })],
    ],
    [
      'a browser with a long password',
      (email) => ['/api/auth/session', { email, password: 'x'.repeat(2000) }],
    ],
  ])('signing in as %s: the same words and one verification, whoever it is', async (_, ask) => {
    const answers = await Promise.all(
      [known, disabled, withoutPassword, unknown].map((email) => seenAlone(gateway, ...ask(email))),
    );
    expect(answers[0]).toMatchObject({ status: 401, work: { hashed: 0, verified: 1 } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('the right password of a disabled account says what a wrong one of nobody says', async () => {
    const right = await seen(gateway, '/api/auth/session', { email: disabled, password: goodPassword });
    expect(right).toEqual(
      await seen(gateway, '/api/auth/session', { email: unknown, password: goodPassword }),
    );
  });

  test('with mail, registering: the same words and one hash, taken or not', async () => {
    const taken = await seen(withMail, '/api/auth/register', { email: known, password: goodPassword });
    expect(taken).toMatchObject({ status: 201, work: { hashed: 1, verified: 0 } });
    expect(
      await seen(withMail, '/api/auth/register', { email: 'newcomer@example.org', password: goodPassword }),
    ).toEqual(taken);
    // And nobody was let in by it.
    const { status } = await browserAt(withMail.origin).request('POST', '/api/auth/session', {
      email: 'newcomer@example.org',
      password: goodPassword,
    });
    expect(status).toBe(401);
  });

  test('without mail, a taken e-mail is refused after the same hash', async () => {
    const taken = await seen(gateway, '/api/auth/register', { email: known, password: goodPassword });
    const free = await seen(gateway, '/api/auth/register', {
      email: 'free@example.org',
      password: goodPassword,
    });
    expect([taken.status, free.status]).toEqual([400, 201]);
    expect(taken.work).toEqual(free.work);
  });

  test('a forgotten password: the same words and no hash at all, known, disabled or not; only who is known gets a letter', async () => {
    const [first, ...others] = await Promise.all(
      [known, disabled, withoutPassword, unknown].map((email) =>
        seenAlone(withMail, '/api/auth/password/forgot', { email }),
      ),
    );
    expect(first).toMatchObject({ status: 202, work: { hashed: 0, verified: 0 } });
    for (const answer of others) expect(answer).toEqual(first);
    await withMail.accounts.stop();
    expect(
      await withMail.database.prisma.accountToken.count({
        where: { purpose: 'reset', user: { email: known } },
      }),
    ).toBe(1);
    expect(
      await withMail.database.prisma.accountToken.count({
        where: { purpose: 'reset', user: { email: disabled } },
      }),
    ).toBe(0);
  });
});

/** One after another, so that each has its own work counted. */
let turn: Promise<unknown> = Promise.resolve();
function seenAlone(...asked: Parameters<typeof seen>): ReturnType<typeof seen> {
  const mine = turn.then(() => seen(...asked));
  turn = mine;
  return mine;
}
