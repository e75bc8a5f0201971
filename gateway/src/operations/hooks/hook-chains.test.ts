/** N2: how several hooks of one kind make one answer. */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { HookBindings, PrincipalContext, ResourceRef } from '@berth/plugin-kit/hooks/hooks.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joined, noHooks } from './bindings.rules.ts';
import { hookCalls, refusal } from './hook-calls.ts';
import { hookChains } from './hook-chains.ts';

const log = createLogger('test', 'silent');
const who: PrincipalContext = {
  principal_id: 'bob',
  org_id: 'demo',
  external_id: 'bob@example.org',
  principal_type: 'user',
  scopes: [],
};
const ref: ResourceRef = { kind: 'group', id: 'g', metadata: {} };

const chainsOf = (...modules: HookBindings[]) => {
  const hooks = modules.reduce((all, bindings, index) => joined(all, `m${index}`, bindings, log), noHooks);
  return hookChains(hooks, hookCalls({ timeoutMs: 30, log }));
};
const problemOf = async (asking: () => unknown): Promise<Problem> => {
  const error: unknown = await (async () => asking())().then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw new Error(`no problem: ${String(error)}`);
};

test('N2: the ids that all checkers with an opinion name are seen, in whatever order they are asked', async () => {
  const all = ['a', 'b', 'c', 'd'] as const;
  const opinion = fc.option(fc.uniqueArray(fc.constantFrom(...all)), { nil: null });
  await fc.assert(
    fc.asyncProperty(fc.array(opinion, { maxLength: 5 }), async (opinions) => {
      const bindings = opinions.map((ids, index): HookBindings => ({
        permission_checkers: [{ name: `c${index}`, accessible_ids: () => ids, require: () => {} }],
      }));
      const said = opinions.filter((ids) => ids !== null);
      const expected = said.length === 0 ? null : all.filter((id) => said.every((ids) => ids.includes(id)));
      for (const chains of [chainsOf(...bindings), chainsOf(...bindings.toReversed())]) {
        const seen = await chains.accessibleIds(who, 'extension', 'read');
        expect(seen && [...seen].toSorted()).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});

test('N2: of several providers and resolvers the first that answers counts, and later ones are not asked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 6 }), async (claims) => {
      const asked: number[] = [];
      const chains = chainsOf(
        ...claims.map((isClaimed, index): HookBindings => ({
          identity_providers: [
            {
              name: 'p',
              resolve: () => {
                asked.push(index);
                return isClaimed ? { ...who, principal_id: `p${index}` } : null;
              },
            },
          ],
          supplier_resolvers: [{ name: 's', resolve: () => (isClaimed ? `s${index}` : null) }],
        })),
      );
      const first = claims.indexOf(true);
      const found = await chains.identify('token');
      expect(found?.principal.principal_id).toBe(first < 0 ? undefined : `p${first}`);
      expect(asked).toEqual(claims.map((_, index) => index).slice(0, first < 0 ? claims.length : first + 1));
      const supplier = { plugin_id: 'x', name: 'x', version: '1', origin: 'http://x' };
      expect(chains.supplierOf(supplier)).toBe(first < 0 ? null : `s${first}`);
    }),
    { numRuns: 60 },
  );
});

test('N2: registrars that were told before one that fails are told the opposite, the last first', async () => {
  const told: string[] = [];
  const registrar = (name: string, fails = false): HookBindings => ({
    resource_registrars: [
      {
        name,
        register: () => {
          told.push(`+${name}`);
          if (fails) throw refusal(409, 'full');
        },
        deregister: () => void told.push(`-${name}`),
      },
    ],
  });
  const chains = chainsOf(registrar('a'), registrar('b'), registrar('c', true), registrar('d'));
  expect(await problemOf(() => chains.register(who, ref))).toMatchObject({ status: 409, detail: 'full' });
  expect(told).toEqual(['+a', '+b', '+c', '-b', '-a']);
});

test.for([
  ['hangs', () => new Promise<void>(() => {})],
  ['throws what is no refusal', () => Promise.reject(new Error('a secret path'))],
  ['throws no error at all', () => Promise.reject(undefined)],
  ['throws a status that is none', () => Promise.reject(Object.assign(new Error('x'), { status: 200 }))],
] as const)('N2: a hook that %s is a failure without its words', async ([, check]) => {
  const chains = chainsOf({ submission_guards: [{ name: 'g', check }] });
  const problem = await problemOf(() => chains.guard(who));
  expect(problem).toMatchObject({
    status: 503,
    detail: 'A hook of this gateway failed. Its log says which.',
  });
});

test.for([
  [
    'an identity without an organization',
    { identity_providers: [{ name: 'p', resolve: () => ({ ...who, org_id: '' }) }] },
  ],
  [
    'text in place of ids',
    { permission_checkers: [{ name: 'p', accessible_ids: () => 'abc', require: () => {} }] },
  ],
] as const)('N2: nonsense lets no request pass: %s', async ([, bindings]) => {
  const chains = chainsOf(bindings);
  const asked = () =>
    'identity_providers' in bindings ? chains.identify('t') : chains.accessibleIds(who, 'group', 'read');
  expect(await problemOf(asked)).toMatchObject({ status: 503 });
});

test.for([
  [400, 'bad-request'],
  [401, 'not-signed-in'],
  [402, 'payment-required'],
  [403, 'not-allowed'],
  [418, 'not-allowed'],
  [429, 'too-many-requests'],
  [500, 'unavailable'],
] as const)('N2: a refusal with status %i is the problem %s', async ([status, type]) => {
  const check = () => {
    throw refusal(status, 'words');
  };
  const problem = await problemOf(() => chainsOf({ submission_guards: [{ name: 'g', check }] }).guard(who));
  expect(problem).toMatchObject({ type, detail: 'words' });
});

test('N2: a resolver that throws or answers nonsense names no supplier, and the next one is asked', () => {
  const throwing = () => {
    throw new Error('down');
  };
  const chains = chainsOf({
    supplier_resolvers: [
      { name: 'a', resolve: throwing },
      { name: 'b', resolve: () => 'supplier' },
    ],
  });
  expect(chains.supplierOf({ plugin_id: 'x', name: 'x', version: '1', origin: 'http://x' })).toBe('supplier');
});
