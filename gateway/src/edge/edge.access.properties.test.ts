/** Access rules at the door, for any rule, any person and any path. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import { findRoute, refusalOf } from './pipeline/authorize.ts';
import { compile, person, pluginOf } from './testing/edge-server.ts';

const runs = { numRuns: 2_000 };

describe('access rules at the door', () => {
  const rule = fc.record(
    {
      allow_superuser: fc.boolean(),
      any_user: fc.boolean(),
      required_groups: fc.subarray(['readers', 'writers', 'nobody-knows-this-group']),
      public: fc.boolean(),
      'x-unknown': fc.constant(true),
    },
    { requiredKeys: [] },
  );
  const asker = fc.record({ isSuperuser: fc.boolean(), isReader: fc.boolean(), isWriter: fc.boolean() });
  const path = fc.constantFrom('/a', '/a/b', '/c', '/undeclared', '/a/b/c');
  const method = fc.constantFrom('GET', 'POST', 'TRACE');

  test('hazard H10: a clause of the first route that matches lets pass; undeclared and unknown are refused', () => {
    fc.assert(
      fc.property(
        rule,
        rule,
        fc.option(asker),
        path,
        method,
        fc.constantFrom('online', 'degraded', 'disabled' as const),
        (access, own, who, at, by, state) => {
          const { public: _public, ...common } = access;
          const plugin = pluginOf(
            'http://127.0.0.1:9',
            {
              manifest_version: '1.0',
              id: 'doc',
              name: 'Doc',
              version: '1',
              access: common,
              routes: [{ path: '/a/*', access: own }, { path: '/a/**' }, { path: '/c', access: own }],
            },
            state,
          );
          const { compiled } = compile(
            plugin.admitted?.manifest ?? { manifest_version: '1.0', id: 'doc', name: 'Doc', version: '1' },
          );
          const [readers = '', writers = ''] = compiled.namedGroupIds;
          const principal =
            who &&
            person('ann', {
              isSuperuser: who.isSuperuser,
              groupIds: new Set([...(who.isReader ? [readers] : []), ...(who.isWriter ? [writers] : [])]),
            });
          const route = findRoute(compiled.routes, by, segmentsOf(at));
          const refusal = refusalOf(plugin, route !== null && route.mayUse(principal) !== null, principal);

          const isPlain = at === '/a' || at === '/a/b/c';
          const ofPath = at === '/a/b' || at === '/c' ? own : isPlain && { ...access, public: false };
          const deciding = by === 'GET' && ofPath ? ofPath : null;
          const isIn = (name: string) =>
            (name === 'readers' && who?.isReader === true) || (name === 'writers' && who?.isWriter === true);
          const passes =
            deciding !== null &&
            (deciding.public === true ||
              (who !== null &&
                (deciding.any_user === true ||
                  (deciding.allow_superuser === true && who.isSuperuser) ||
                  (deciding.required_groups ?? []).some(isIn))));
          expect(refusal === null).toBe(passes && state !== 'disabled');
          // The answer tells no more than that there is nothing here.
          if (refusal !== null) expect(refusal).toBe(principal === null ? 'not-signed-in' : 'not-found');
        },
      ),
      runs,
    );
  });

  test('hazard P5: a pattern takes whole segments, and its own alone', () => {
    const segment = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        (pattern, asked) => {
          expect(compilePattern(`/${pattern.join('/')}`)(asked)).toBe(pattern.join('/') === asked.join('/'));
          expect(compilePattern(`/${pattern.join('/')}/**`)(asked)).toBe(
            `${asked.join('/')}/`.startsWith(`${pattern.join('/')}/`),
          );
        },
      ),
      runs,
    );
  });
});
