import { describe, expect, test } from 'vitest';
import { judgePassword } from '#shell/password-policy.ts';
import { returnTo, safeReturnPath } from './return-path.ts';
import { tokenInHash } from './setup-token.ts';

describe('G6 back to where one was', () => {
  test.each([
    '/apps',
    '/extensions/x#/items/7?q=a',
    '/admin/users?q=ada&page=2',
    '/api/plugins/x/app/a%20b.pdf?page=2',
    '/apps/x/manual.pdf',
    '/api/documents/7',
  ])('%s is kept whole', (path) => {
    expect(safeReturnPath(path)).toBe(path);
  });
  test.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/\t/evil.example',
    '\\\\evil',
    '',
    'apps',
    7,
    undefined,
    '/..//evil.example',
    '/sign-in?return=/apps',
    '/api/auth/oidc/company/start',
    '/x/../api/auth/session',
    `/${'x'.repeat(3000)}`,
  ])('%j leads home', (path) => {
    expect(safeReturnPath(path)).toBe('/');
  });
});

describe('S12 after signing in', () => {
  const taken = (wanted: unknown): { page: string[]; shell: string[] } => {
    const [page, shell]: [string[], string[]] = [[], []];
    returnTo(wanted, ({ to }) => shell.push(to), { replace: (url) => void page.push(String(url)) });
    return { page, shell };
  };
  test('a file or a page of an extension is opened by the browser, not by the router', () => {
    for (const path of ['/api/plugins/x/app/a.pdf', '/apps/x/', '/api/documents/7?x=1'])
      expect(taken(path)).toEqual({ page: [path], shell: [] });
  });
  test('the shell’s own pages, and what is no address of ours, are opened by the router', () => {
    for (const path of ['/apps', '/extensions/x#/items/7'])
      expect(taken(path)).toEqual({ page: [], shell: [path] });
    expect(taken('https://evil.example/api/x')).toEqual({ page: [], shell: ['/'] });
  });
});

test('the set-up token is read from the fragment alone', () => {
  expect(tokenInHash('#token=abc-123')).toBe('abc-123');
  expect(tokenInHash('')).toBe('');
});

test('the password policy judges every requirement at once', () => {
  const policy = [
    { id: 'length' as const, min_length: 8, max_bytes: 1024, message: 'long' },
    { id: 'pattern' as const, pattern: '\\p{Lu}', message: 'upper' },
    { id: 'words' as const, words: ['qwert'], message: 'words' },
    { id: 'own-name' as const, message: 'name' },
  ];
  const met = (password: string) =>
    judgePassword(policy, password, { email: 'ada@example.org', name: 'Ada Lovelace' }).map(
      (item) => item.met,
    );
  expect(met('')).toEqual([false, false, false, false]);
  expect(met('qwert')).toEqual([false, false, false, true]);
  expect(met('Lovelace!')).toEqual([true, true, true, false]);
  expect(met('Battery-staple')).toEqual([true, true, true, true]);
  // As the gateway keeps it: full-width letters are no other ones.
  expect(met('Ｑｗｅｒｔ-ｌｏｖｅｌａｃｅ')).toEqual([true, true, false, false]);
});
