import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessRule, anyOf, compileRule, routeRule, type AccessRule, type Subject } from './rule.ts';

const ids = new Map([
  ['staff', 'g-1'],
  ['editors', 'g-2'],
]);
const names = fc.uniqueArray(fc.constantFrom('staff', 'editors', 'ghosts'));
const rule: fc.Arbitrary<AccessRule> = fc.record({
  allow_superuser: fc.boolean(),
  required_groups: names,
  any_user: fc.boolean(),
  public: fc.boolean(),
});
const asker: fc.Arbitrary<Subject> = fc.record({
  isSuperuser: fc.boolean(),
  groupIds: fc.uniqueArray(fc.constantFrom('g-1', 'g-2', 'g-3')).map((all) => new Set(all)),
});
const nobody = fc.constant(null);

describe('rules', () => {
  test('pass exactly when one of their clauses does', () =>
    fc.assert(
      fc.property(rule, fc.oneof(asker, nobody), (given, who) => {
        const clauses = [
          given.public === true,
          who !== null && given.any_user,
          who !== null && given.allow_superuser && who.isSuperuser,
          who !== null && given.required_groups.some((name) => who.groupIds.has(ids.get(name) ?? 'none')),
        ];
        expect(compileRule(given, ids)(who) !== null).toBe(clauses.includes(true));
      }),
      { numRuns: 500 },
    ));

  test('no rule, no access: not even for superusers', () => {
    for (const given of [undefined, accessRule.parse({})])
      expect(compileRule(given, ids)({ isSuperuser: true, groupIds: new Set(['g-1']) })).toBeNull();
  });

  test('more groups or more clauses never shut anybody out', () =>
    fc.assert(
      fc.property(rule, rule, fc.oneof(asker, nobody), (one, other, who) => {
        const wider: AccessRule = {
          allow_superuser: one.allow_superuser || other.allow_superuser,
          required_groups: [...one.required_groups, ...other.required_groups],
          any_user: one.any_user || other.any_user,
          public: one.public === true || other.public === true,
        };
        expect(compileRule(wider, ids)(who) === null && compileRule(one, ids)(who) !== null).toBe(false);
      }),
    ));

  test('anyOf passes exactly when one of them does', () =>
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), fc.oneof(asker, nobody), (rules, who) => {
        const compiled = rules.map((each) => compileRule(each, ids));
        expect(anyOf(compiled)(who) !== null).toBe(compiled.some((each) => each(who) !== null));
      }),
    ));

  test('a group that was not there at admission lets nobody in', () =>
    expect(
      compileRule(
        accessRule.parse({ required_groups: ['ghosts'] }),
        ids,
      )({ isSuperuser: true, groupIds: new Set(['ghosts', 'g-3']) }),
    ).toBeNull());

  test('group names are checked', () => {
    for (const bad of ['', ' x', 'a/b', 'a\nb', 'x'.repeat(64)])
      expect(routeRule.safeParse({ required_groups: [bad] }).success).toBe(false);
  });
});
