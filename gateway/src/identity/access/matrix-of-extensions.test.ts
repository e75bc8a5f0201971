import { describe, expect, test } from 'vitest';
import { field, list } from '#identity/accounts/testing/identity-gateway.ts';
import {
  useRig,
  admin,
  allMethods,
  ask,
  callers,
  covers,
  isNobody,
  type Caller,
} from './testing/matrix-rig.ts';

useRig();

describe('H10 every route of an extension', () => {
  type Rule = 'access' | 'any_user' | 'superusers' | 'cooks' | 'nobody' | 'public';
  const routes: [string, Rule][] = [
    ['/dishes', 'access'],
    ['/anyone', 'any_user'],
    ['/superusers', 'superusers'],
    ['/cooks-alone', 'cooks'],
    ['/nobody', 'nobody'],
    ['/public', 'public'],
    ['/not-declared', 'nobody'],
  ];

  const opens = (rule: Rule, { isCook, isSuperuser }: Caller): boolean => {
    if (rule === 'access') return isCook === true || isSuperuser === true;
    if (rule === 'superusers') return isSuperuser === true;
    if (rule === 'cooks') return isCook === true;
    return rule !== 'nobody';
  };

  const expectedAtEdge = (path: string, rule: Rule, method: string, caller: Caller): number => {
    // A key is never good for more than its scopes, not even where nobody needs one.
    const lacksScope =
      caller.kind === 'key' && !caller.isDisabled && !covers(caller, 'plugins:kitchen', method === 'GET');
    if (rule === 'public' && method !== 'GET') return isNobody(caller) ? 401 : 404;
    if (rule === 'public') return lacksScope ? 403 : 200;
    if (isNobody(caller)) return 401;
    // What is not declared, and what is not theirs, is not there: they hear nothing else about it.
    const isDeclared = method === 'GET' || (path === '/dishes' && method === 'POST');
    if (!isDeclared || !opens(rule, caller)) return 404;
    if (caller.kind === 'session-without-csrf' && method !== 'GET') return 403;
    return lacksScope ? 403 : 200;
  };

  const wrongCells = async (isApproved: boolean): Promise<string[]> => {
    const wrong: string[] = [];
    const askOne = async (
      path: string,
      rule: Rule,
      method: string,
      name: string,
      caller: Caller,
    ): Promise<void> => {
      const { status } = await ask(method, `/api/plugins/kitchen/app${path}`, caller.headers());
      const cell = expectedAtEdge(path, rule, method, caller);
      if (status !== cell) wrong.push(`${method} ${path} by ${name}: ${status} in place of ${cell}`);
    };
    for (const [path, said] of routes)
      for (const method of allMethods) {
        const rule = said === 'public' && !isApproved ? 'nobody' : said;
        await Promise.all([...callers].map(([name, caller]) => askOne(path, rule, method, name, caller)));
      }
    return wrong;
  };

  test('each cell answers what the manifest’s rule says; what is public, once a superuser approved it', async () => {
    expect(await wrongCells(false)).toEqual([]);
    const plugins = list((await admin.request('GET', '/api/admin/plugins')).body, 'items');
    expect(
      (
        await admin.request('POST', '/api/admin/plugins/kitchen/approve', {
          digest: field(plugins[0], 'waiting', 'digest'),
        })
      ).status,
    ).toBe(200);
    expect(await wrongCells(true)).toEqual([]);
  }, 180_000);
});
