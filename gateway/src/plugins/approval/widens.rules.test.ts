import { describe, expect, test } from 'vitest';
import { widens } from './widens.rules.ts';
import { of, user } from './testing/widening.ts';

const pointers = (before: object, after: object): string[] =>
  widens(of({ ...before }), of({ ...after })).map(({ pointer }) => pointer);
const admins = { allow_superuser: true };

describe('C8 what widens', () => {
  test.each<[string, object, object, string[]]>([
    ['any_user on the extension itself', { access: admins }, { access: user }, ['/access']],
    [
      'one more group',
      { access: { required_groups: ['a'] } },
      { access: { required_groups: ['a', 'b'] } },
      ['/access'],
    ],
    ['a new route', {}, { routes: [{ path: '/x' }] }, ['/routes/0']],
    [
      'a new method',
      { routes: [{ path: '/x' }] },
      { routes: [{ path: '/x', methods: ['GET', 'HEAD', 'DELETE'] }] },
      ['/routes/0'],
    ],
    [
      'a public route',
      { routes: [{ path: '/x' }] },
      { routes: [{ path: '/x', access: { public: true } }] },
      ['/routes/0/access'],
    ],
    ['a broader pattern', { routes: [{ path: '/x/*' }] }, { routes: [{ path: '/x/**' }] }, ['/routes/0']],
    [
      'a stricter route in front, gone',
      { routes: [{ path: '/x/secret', access: admins }, { path: '/x/**' }] },
      { routes: [{ path: '/x/**' }] },
      ['/routes/0/access'],
    ],
    [
      'the same routes in another order',
      { routes: [{ path: '/x/secret', access: admins }, { path: '/x/**' }] },
      { routes: [{ path: '/x/**' }, { path: '/x/secret', access: admins }] },
      ['/routes/0/access'],
    ],
    ['a new mount', { mounts: ['/api/one'] }, { mounts: ['/api/one', '/api/two'] }, ['/mounts/1']],
    [
      'a higher limit',
      { routes: [{ path: '/x' }] },
      { routes: [{ path: '/x', limits: { max_body_bytes: 1e9 } }] },
      ['/routes/0/limits/max_body_bytes'],
    ],
    [
      'another kind of stream',
      { routes: [{ path: '/x' }] },
      { routes: [{ path: '/x', stream: 'websocket' }] },
      ['/routes/0/stream'],
    ],
    [
      'encoded slashes',
      { routes: [{ path: '/x' }] },
      { routes: [{ path: '/x', allow_encoded_slash: true }] },
      ['/routes/0/allow_encoded_slash'],
    ],
    [
      'empty segments',
      { routes: [{ path: '/x' }] },
      { routes: [{ path: '/x', allow_empty_segments: true }] },
      ['/routes/0/allow_empty_segments'],
    ],
    [
      'I16: another way to send an API key',
      { routes: [{ path: '/x', key_schemes: ['token'] }] },
      { routes: [{ path: '/x', key_schemes: ['token', 'basic'] }] },
      ['/routes/0/key_schemes'],
    ],
    [
      'P15: a stream that may be silent for longer than an hour',
      { routes: [{ path: '/x', stream: 'sse' }] },
      { routes: [{ path: '/x', stream: 'sse', limits: { idle_timeout_ms: 3_600_001 } }] },
      ['/routes/0/limits/idle_timeout_ms'],
    ],
    ['a connection', {}, { connections: [{ kind: 'ai' }] }, ['/connections/0']],
    ['M1: a capability', {}, { capabilities: [{ kind: 'logs', id: 'lines' }] }, ['/capabilities/0']],
    [
      'M1: a capability that can be written',
      { capabilities: [{ kind: 'configuration', id: 'keys' }] },
      { capabilities: [{ kind: 'configuration', id: 'keys', writable: true }] },
      ['/capabilities/0'],
    ],
    [
      'a claim',
      { identity: { claims: ['name'] } },
      { identity: { claims: ['name', 'email'] } },
      ['/identity/claims/1'],
    ],
    [
      'a group named so as to be told of it',
      { identity: { claims: ['groups'] } },
      { identity: { claims: ['groups'] }, access: { any_user: true, required_groups: ['board'] } },
      ['/identity/claims'],
    ],
    [
      'settings',
      {},
      { settings_schema: {} },
      ['/settings_schema', '/settings_access/read', '/settings_access/write'],
    ],
    [
      'a looser rule for settings',
      { settings_schema: {}, settings_access: { write: admins } },
      { settings_schema: {} },
      ['/settings_access/write'],
    ],
    [
      'a secret that is one no more',
      { settings_schema: { properties: { key: { writeOnly: true } } } },
      { settings_schema: { properties: { key: {} } } },
      ['/settings_schema/properties/key'],
    ],
    ['a page', {}, { ui: { entry: '/ui/' } }, ['/ui/entry']],
    ['other files as a page', { ui: { entry: '/ui/' } }, { ui: { entry: '/files/' } }, ['/ui/entry']],
    [
      'a page outside its frame',
      { ui: { entry: '/ui/' } },
      { ui: { entry: '/ui/', mode: 'tab' } },
      ['/ui/mode'],
    ],
    [
      'to be seen by more',
      { access: admins },
      { access: admins, nav: [{ id: 'a', title: 'A', access: user }] },
      ['/nav/0/access'],
    ],
    ['an action', {}, { actions: [{ id: 'go', title: 'Go' }] }, ['/actions/0/access']],
  ])('%s', (_, before, after, expected) => {
    expect(pointers(before, after)).toEqual(expected);
    expect(widens(of({ ...before }), of({ ...after })).every(({ what }) => what.length > 5)).toBe(true);
  });

  test.each<[string, object, object]>([
    [
      'texts, icons and versions',
      {},
      { name: 'Other', version: '9', description: 'New', icon: 'star', links: { docs: 'https://x.example' } },
    ],
    ['a tightened rule', { access: user }, { access: admins }],
    ['a route that is gone', { routes: [{ path: '/x' }, { path: '/y' }] }, { routes: [{ path: '/x' }] }],
    [
      'a route split into two that are as strict',
      { routes: [{ path: '/x/**' }] },
      { routes: [{ path: '/x' }, { path: '/x/*/**' }] },
    ],
    [
      'two routes that together were the one',
      { routes: [{ path: '/x' }, { path: '/x/*/**' }] },
      { routes: [{ path: '/x/**' }] },
    ],
    [
      'a route that an earlier one hides',
      { routes: [{ path: '/x/**', access: admins }] },
      { routes: [{ path: '/x/**', access: admins }, { path: '/x/y' }] },
    ],
    ['a route for nobody', {}, { routes: [{ path: '/x', access: {} }] }],
    ['a mount within an old one', { mounts: ['/api/one'] }, { mounts: ['/api/one/inner'] }],
    ['lower limits', { routes: [{ path: '/x' }] }, { routes: [{ path: '/x', limits: { timeout_ms: 100 } }] }],
    [
      'P15: a stream that was approved when streams had a minute by default',
      { routes: [{ path: '/x', stream: 'websocket', limits: { idle_timeout_ms: 60_000 } }] },
      { routes: [{ path: '/x', stream: 'websocket' }] },
    ],
    [
      'one more secret',
      { settings_schema: { properties: { key: {} } } },
      { settings_schema: { properties: { key: { writeOnly: true } } } },
    ],
    ['entries of the sidebar for those who see it anyway', {}, { nav: [{ id: 'a', title: 'A' }] }],
  ])('is not: %s', (_, before, after) => {
    expect(pointers(before, after)).toEqual([]);
  });
});
