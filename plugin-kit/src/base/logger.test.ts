/** No secret is in a log, wherever in a line it stood. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { nodeBinary, root } from '@berth/testing/checkout.ts';

const program = `
  import { createLogger } from '@berth/plugin-kit/base/logger.ts';
  const log = createLogger('test');
  const circle = { name: 'x' };
  circle.self = circle;
  log.info({ token: 's1', at: new Date(0), nothing: null, n: 1 }, 'top');
  log.info({ headers: { cookie: 's2', accept: 'a' }, deep: { er: { password: 's3', ok: 'b' } } }, 'deep');
  log.info({ list: [{ secret: 's4' }, 1] }, 'list');
  log.child({ authorization: 's5', plugin: 'p' }).info('child');
  log.error({ err: Object.assign(new Error('no'), { access_token: 's6', code: 'E' }) }, 'error');
  log.info({ circle }, 'circle');
  log.flush();
`;

test('secrets are hidden at the top, two objects deep, in lists, children and errors; the rest is written', () => {
  const text = execFileSync(nodeBinary, ['--input-type=module-typescript', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  const lines: unknown[] = text
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(text).not.toMatch(/s[1-6]"/);
  expect(lines).toMatchObject([
    { msg: 'top', name: 'test', token: '[secret]', at: '1970-01-01T00:00:00.000Z', nothing: null, n: 1 },
    { headers: { cookie: '[secret]', accept: 'a' }, deep: { er: { password: '[secret]', ok: 'b' } } },
    { list: [{ secret: '[secret]' }, 1] },
    { authorization: '[secret]', plugin: 'p', msg: 'child' },
    { err: { message: 'no', type: 'Error', access_token: '[secret]', code: 'E' } },
    { msg: 'circle' },
  ]);
});
