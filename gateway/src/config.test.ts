import { EnvironmentError } from '@berth/plugin-kit/base/env.ts';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const good = { DATABASE_URL: 'postgresql://berth:kQ7-long-and-random@db.internal/berth' };

function findings(env: Record<string, string>): string[] {
  try {
    readConfig({ ...good, ...env });
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.findings.map((finding) => finding.split(':')[0] ?? '');
    throw error;
  }
}

test('hazard S7: example and guessable secrets are refused, all at once, and never repeated', () => {
  const env = {
    DATABASE_URL: 'postgresql://berth:postgres@db.internal/berth',
    BERTH_SETUP_TOKEN: 'change-me-please-now',
    BERTH_SMTP_URL: 'smtp://u:p4ss@mail.internal',
  };
  expect(findings(env)).toEqual(['BERTH_MAIL_FROM', 'BERTH_PUBLIC_URL', 'BERTH_SETUP_TOKEN', 'DATABASE_URL']);
  expect(() => readConfig(env)).toThrow(expect.not.objectContaining({ message: expect.stringMatching(/change-me|p4ss/) as unknown }));
});

test.each<[Record<string, string>, string[]]>([
  [{}, []],
  [{ DATABASE_URL: 'postgresql://berth:postgres@127.0.0.1:5432/berth' }, []],
  [{ DATABASE_URL: 'postgresql://berth@db.internal/berth' }, []],
  [{ DATABASE_URL: 'postgresql://berth:Secret@db.internal/berth' }, ['DATABASE_URL']],
  [{ BERTH_SETUP_TOKEN: 'aaaaaaaaaaaaaaaaaaaa' }, ['BERTH_SETUP_TOKEN']],
  [{ BERTH_SETUP_TOKEN: 'short' }, ['BERTH_SETUP_TOKEN']],
  [{ BERTH_SETUP_TOKEN: 'Zq8-nGf3_wYt5-LmK2' }, []],
  [{ BERTH_SMTP_URL: 'smtp://mail.internal', BERTH_MAIL_FROM: 'b@berth.example', BERTH_PUBLIC_URL: 'https://berth.example' }, []],
])('hazard S7: %j', (env, expected) => {
  expect(findings(env)).toEqual(expected);
});
