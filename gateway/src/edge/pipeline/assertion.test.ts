import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Principal } from '#identity/access/principal.ts';
import { assertionCache, type Disclosure } from './assertion.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const disclosure: Disclosure = { claims: new Set(['email', 'groups']), namedGroupIds: new Set(['1']) };
const person = (fields: Partial<Principal> = {}): Principal => ({
  userId: 'ann',
  email: 'ann@example.org',
  name: 'Ann',
  isSuperuser: false,
  groupIds: new Set(['1']),
  groupNames: new Map([['1', 'readers']]),
  credential: { kind: 'bearer', id: 's', expiresAt: 1e12 },
  ...fields,
});

function partsOf(assertion: string): { payload: unknown; isSigned: boolean } {
  const [head = '', payload = '', signature = ''] = assertion.split('.');
  return {
    payload: JSON.parse(Buffer.from(payload, 'base64url').toString()),
    isSigned: verify(null, Buffer.from(`${head}.${payload}`), publicKey, Buffer.from(signature, 'base64url')),
  };
}

test('E2 another credential of the same person is introduced with the same words, signed once', () => {
  const { assertionFor, headersFor } = assertionCache(
    () => ({ kid: 'k', privateKey }),
    () => 0,
  );
  const first = assertionFor(person(), 'doc', disclosure);
  expect(partsOf(first)).toEqual({
    payload: {
      iss: 'berth',
      aud: 'doc',
      sub: 'ann',
      iat: 0,
      exp: 300,
      email: 'ann@example.org',
      groups: ['readers'],
    },
    isSigned: true,
  });
  const other = person({ credential: { kind: 'session', id: 't', expiresAt: 1e12 } });
  expect(assertionFor(other, 'doc', disclosure)).toBe(first);
  expect(headersFor(other, 'doc', disclosure)).toBe(headersFor(person(), 'doc', disclosure));
});

test('I12: groups that no rule names are told to a manifest that claims all of them, and to no other', () => {
  const { assertionFor } = assertionCache(
    () => ({ kid: 'k', privateKey }),
    () => 0,
  );
  const names = new Map([
    ['1', 'readers'],
    ['2', 'family'],
  ]);
  const told = (claims: string[]) =>
    partsOf(
      assertionFor(person({ groupIds: new Set(['1', '2']), groupNames: names }), 'doc', {
        ...disclosure,
        claims: new Set(claims),
      }),
    ).payload;
  expect(told(['groups'])).toMatchObject({ groups: ['readers'] });
  expect(told(['groups', 'all_groups'])).toMatchObject({ groups: ['readers', 'family'] });
});

test.each<[string, Partial<Principal>, string, Disclosure]>([
  ['somebody else', { userId: 'bob' }, 'doc', disclosure],
  ['another e-mail', { email: 'ann@example.com' }, 'doc', disclosure],
  ['a group lost', { groupIds: new Set() }, 'doc', disclosure],
  ['a group renamed', { groupNames: new Map([['1', 'writers']]) }, 'doc', disclosure],
  ['another plugin', {}, 'mail', disclosure],
  ['a manifest that asks for less', {}, 'doc', { ...disclosure, claims: new Set(['email']) }],
])('hazard H9: %s is introduced with words of their own', (_, fields, pluginId, asked) => {
  const { assertionFor } = assertionCache(
    () => ({ kid: 'k', privateKey }),
    () => 0,
  );
  const first = assertionFor(person(), 'doc', disclosure);
  expect(assertionFor(person(fields), pluginId, asked)).not.toBe(first);
});

test('E2 words are renewed at half their life, and only so many are kept', () => {
  let time = 0;
  const { assertionFor } = assertionCache(
    () => ({ kid: 'k', privateKey }),
    () => time,
    2,
  );
  const of = (userId: string) => assertionFor(person({ userId }), 'doc', disclosure);
  const first = of('ann');
  time = 149_000;
  expect(of('ann')).toBe(first);
  time = 150_000;
  const second = of('ann');
  expect(partsOf(second).payload).toMatchObject({ iat: 150, exp: 450 });
  of('bob');
  of('cid');
  time = 151_000;
  expect(of('ann')).not.toBe(second);
});
