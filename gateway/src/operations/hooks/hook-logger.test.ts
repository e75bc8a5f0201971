/** N5: lines of modules are as those of the gateway, in their order, and without secrets. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { nodeBinary, root } from '@berth/testing/checkout.ts';

const program = `
  import { createLogger } from '@berth/plugin-kit/base/logger.ts';
  import { hookLoggers } from './gateway/src/operations/hooks/hook-logger.ts';
  const log = createLogger('gateway');
  const loggers = hookLoggers(log, () => 0);
  const own = loggers.of('billing "2"');
  own.debug({ n: 0 }, 'too quiet');
  own.info({ who: 'Ann "x"\\n', n: 1.5, none: null, is: true }, 'plain');
  own.info({ token: 's1' }, 'secret');
  own.info({ deep: { password: 's2' }, nan: Number.NaN }, 'deep');
  own.info('words for %s', 'Ben');
  own.info({ n: 2 }, 'last plain');
  own.error({ err: new Error('no') }, 'error');
  own.info({ n: 3 }, 'at the stop');
  loggers.flush();
  log.flush();
`;

test('N5: plain lines are gathered, others go the usual way; all are JSON, in order, and hide secrets', () => {
  const text = execFileSync(nodeBinary, ['--input-type=module-typescript', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  const lines: unknown[] = text
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(text).not.toMatch(/s[12]"/);
  const always = { name: 'gateway', plugin: 'billing "2"' };
  expect(lines).toMatchObject([
    {
      ...always,
      level: 30,
      time: '1970-01-01T00:00:00.000Z',
      who: 'Ann "x"\n',
      n: 1.5,
      none: null,
      is: true,
    },
    { ...always, token: '[secret]', msg: 'secret' },
    { ...always, deep: { password: '[secret]' }, nan: null },
    { ...always, msg: 'words for Ben' },
    { ...always, n: 2, msg: 'last plain' },
    { ...always, level: 50, err: { message: 'no' } },
    { ...always, n: 3, msg: 'at the stop' },
  ]);
});
