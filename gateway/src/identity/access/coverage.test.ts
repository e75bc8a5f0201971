import { describe, expect, test } from 'vitest';
import { assertCoverage } from './coverage.ts';
import type { RoutePolicy } from './route-policy.ts';

describe('K1 coverage', () => {
  const routes = [
    { method: 'ALL', path: '/*' },
    { method: 'GET', path: '/a' },
    { method: 'GET', path: '/a' },
    { method: 'POST', path: '/a/:id' },
    { method: 'HEAD', path: '/head' },
    { method: 'OPTIONS', path: '/options' },
  ];
  const rows: RoutePolicy[] = [
    { method: 'GET', path: '/a', audience: 'public' },
    { method: 'POST', path: '/a/:id', audience: 'user', owner: 'a' },
  ];

  test('fits: middleware, HEAD and OPTIONS need no row', () => {
    expect(() => assertCoverage(routes, rows, ['a'])).not.toThrow();
  });

  const faulty = (change: Record<string, unknown>): RoutePolicy =>
    Object.assign({ method: 'GET', path: '/a', audience: 'public' } satisfies RoutePolicy, change);

  test.each<[string, RoutePolicy[], string]>([
    ['a route without a row', [faulty({})], 'POST /a/:id has no policy row'],
    [
      'a row without a route',
      [...rows, faulty({ path: '/gone' })],
      'GET /gone has a policy row and no route',
    ],
    ['a duplicate', [...rows, faulty({ audience: 'superuser' })], 'GET /a has 2 policy rows'],
    [
      'an unknown audience',
      [...rows.slice(1), faulty({ audience: 'everyone' })],
      'GET /a has the unknown audience "everyone"',
    ],
    [
      'an unknown owner policy',
      [...rows.slice(1), faulty({ audience: 'user', owner: 'nobody' })],
      'GET /a names the unknown owner policy "nobody"',
    ],
    [
      'a public route with an owner',
      [...rows.slice(1), faulty({ owner: 'a' })],
      'GET /a is public and has an owner policy',
    ],
    [
      'a private route without CSRF token',
      [...rows.slice(1), faulty({ audience: 'user', withoutCsrfToken: true })],
      'GET /a needs a session and goes without a CSRF token',
    ],
  ])('%s is named', (_, policies, message) => {
    expect(() => assertCoverage(routes, policies, ['a'])).toThrow(message);
  });

  test('every culprit is named at once', () => {
    expect(() => assertCoverage(routes, [faulty({ path: '/gone' })])).toThrow(
      /GET \/a has no.*POST \/a\/:id has no.*GET \/gone/s,
    );
  });
});
