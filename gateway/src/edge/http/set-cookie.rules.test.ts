import { expect, test } from 'vitest';
import { confineCookie } from './set-cookie.rules.ts';

const whole = '/api/plugins/doc/app';
const app = { origin: 'http://doc', prefix: whole, root: '', whole };
const mount = { ...app, prefix: '/api/documents', root: '/documents' };

test.each([
  [app, '', `${whole}/`],
  [app, '/', `${whole}/`],
  [app, '/x', `${whole}/x`],
  [app, whole, `${whole}/`],
  [app, `${whole}/x`, `${whole}/x`],
  [app, `${whole}lication`, `${whole}${whole}lication`],
  [app, '/../x', `${whole}/`],
  [mount, '/documents', '/api/documents/'],
  [mount, '/documents/x', '/api/documents/x'],
  [mount, '/api/documents/x', '/api/documents/x'],
  [mount, '/login', '/api/documents/'],
])(
  'P13: %#: a cookie for a path of the container is one for that path here, and never gets the prefix twice',
  (own, path, wanted) => {
    expect(confineCookie(`a=1; Path=${path}; HttpOnly`, own)).toBe(`a=1; Path=${wanted}; HttpOnly`);
  },
);
