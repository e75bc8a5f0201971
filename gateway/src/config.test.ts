import { EnvironmentError } from '@berth/plugin-kit/base/env.ts';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { settingFindings } from './config/findings.rules.ts';
import { validate } from './validate.ts';

const good = { DATABASE_URL: 'postgresql://berth:kQ7-long-and-random@db.internal/berth' };
const production = { NODE_ENV: 'production', BERTH_PUBLIC_URL: 'https://berth.test' };

function findings(env: Record<string, string>): string[] {
  try {
    readConfig({ ...good, ...env });
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError)
      return error.findings.map((finding) => finding.split(':')[0] ?? '');
    throw error;
  }
}

const settingsIn = (lines: readonly string[]): string[] => lines.map((line) => line.split(':')[0] ?? '');

test('hazard S7: example and guessable secrets are refused, all at once, and never repeated', () => {
  const env = {
    DATABASE_URL: 'postgresql://berth:postgres@db.internal/berth',
    BERTH_SETUP_TOKEN: 'change-me-please-now',
    BERTH_SMTP_URL: 'smtp://u:p4ss@mail.internal',
  };
  expect(findings(env).toSorted()).toEqual([
    'BERTH_MAIL_FROM',
    'BERTH_PUBLIC_URL',
    'BERTH_SETUP_TOKEN',
    'DATABASE_URL',
  ]);
  expect(() => readConfig(env)).toThrow(
    expect.not.objectContaining({ message: expect.stringMatching(/change-me|p4ss/) as unknown }),
  );
});

test('hazard S7: what is malformed hides nothing of what is unwise', () => {
  const { config, refusals } = validate({
    BERTH_PORT: 'many',
    BERTH_SETUP_TOKEN: 'change-me-please-now',
    BERTH_OIDC_FILE: '/nowhere/oidc.yaml',
  });
  expect(config).toBeNull();
  expect(settingsIn(refusals).toSorted()).toEqual([
    'BERTH_OIDC_FILE',
    'BERTH_PORT',
    'BERTH_SETUP_TOKEN',
    'DATABASE_URL',
  ]);
});

test.each<[Record<string, string>, string[]]>([
  [{}, []],
  [{ DATABASE_URL: 'postgresql://berth:postgres@127.0.0.1:5432/berth' }, []],
  [{ DATABASE_URL: 'postgresql://berth@db.internal/berth' }, []],
  [{ DATABASE_URL: 'postgresql://berth:Secret@db.internal/berth' }, ['DATABASE_URL']],
  [{ DATABASE_URL: 'postgresql://berth:a%zz@db.internal/berth' }, ['DATABASE_URL']],
  [{ BERTH_SETUP_TOKEN: 'aaaaaaaaaaaaaaaaaaaa' }, ['BERTH_SETUP_TOKEN']],
  [{ BERTH_SETUP_TOKEN: 'short' }, ['BERTH_SETUP_TOKEN']],
  [{ BERTH_SETUP_TOKEN: 'Zq8-nGf3_wYt5-LmK2' }, []],
  [{ BERTH_METRICS_TOKEN: 'your-token-goes-here' }, ['BERTH_METRICS_TOKEN']],
  [
    { BERTH_METRICS_TOKEN: 'Zq8-nGf3_wYt5-LmK2', BERTH_SETUP_TOKEN: 'Zq8-nGf3_wYt5-LmK2' },
    ['BERTH_METRICS_TOKEN'],
  ],
  [{ BERTH_TRUSTED_PROXIES: '0.0.0.0/0' }, ['BERTH_TRUSTED_PROXIES']],
  [{ BERTH_TRUSTED_PROXIES: '10.0.0.0/8,::1' }, []],
  [{ BERTH_PUBLIC_URL: 'https://berth.test/under/a/path' }, ['BERTH_PUBLIC_URL']],
  [{ BERTH_PUBLIC_URL: 'https://user:word@berth.test' }, ['BERTH_PUBLIC_URL']],
  [{ BERTH_PUBLIC_URL: 'http://nas.lan:8000' }, []],
  [{ BERTH_PUBLIC_HOSTS: 'nas.lan:8000, alias.example' }, []],
  [{ BERTH_PUBLIC_HOSTS: 'https://nas.lan' }, ['BERTH_PUBLIC_HOSTS']],
  [{ BERTH_PUBLIC_HOSTS: 'nas.lan,nas.lan/berth' }, ['BERTH_PUBLIC_HOSTS']],
  [{ BERTH_CONNECTIONS_PER_ADDRESS: '-1' }, ['BERTH_CONNECTIONS_PER_ADDRESS']],
  [{ BERTH_CONNECTIONS_PER_ADDRESS: 'many' }, ['BERTH_CONNECTIONS_PER_ADDRESS']],
  [{ BERTH_PUBLIC_HOSTS: '*' }, ['BERTH_PUBLIC_HOSTS']],
  [{ BERTH_PUBLIC_HOSTS: '*.nas.lan' }, ['BERTH_PUBLIC_HOSTS']],
  [
    {
      BERTH_SMTP_URL: 'smtp://mail.internal',
      BERTH_MAIL_FROM: 'b@berth.test',
      BERTH_PUBLIC_URL: 'https://berth.test',
    },
    [],
  ],
])('hazard S7: %j', (env, expected) => {
  expect(findings(env)).toEqual(expected);
});

test.each<[Record<string, string>, string[]]>([
  [{}, []],
  [{ BERTH_PUBLIC_URL: 'http://nas.lan:8000' }, ['BERTH_PUBLIC_URL']],
  [{ BERTH_PUBLIC_URL: 'http://localhost:8000' }, []],
  [{ BERTH_PUBLIC_URL: '', BERTH_HOST: '0.0.0.0' }, ['BERTH_PUBLIC_URL']],
  [{ BERTH_PUBLIC_URL: '', BERTH_HOST: '127.0.0.1' }, []],
  [{ DATABASE_URL: 'postgresql://berth@db.internal/berth' }, ['DATABASE_URL']],
  [{ DATABASE_URL: 'postgresql://berth@db.internal/berth', PGPASSFILE: '/run/secrets/pgpass' }, []],
  [{ DATABASE_URL: 'postgresql://berth@db.internal/berth?sslcert=/run/client.pem' }, []],
  [{ DATABASE_URL: 'postgresql://berth@localhost/berth' }, []],
  [{ DATABASE_URL: 'postgresql://berth:kQ7-short@db.internal/berth' }, ['DATABASE_URL']],
  [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, ['NODE_TLS_REJECT_UNAUTHORIZED']],
  [{ NODE_OPTIONS: '--inspect=0.0.0.0:9229' }, ['NODE_OPTIONS']],
  [
    { BERTH_SMTP_URL: 'smtp://u:Zq8nGf3wYt5@mail.internal?ignoreTLS=true', BERTH_MAIL_FROM: 'b@berth.test' },
    ['BERTH_SMTP_URL'],
  ],
  [
    {
      BERTH_SMTP_URL: 'smtps://u:Zq8nGf3wYt5@mail.internal?tls.rejectUnauthorized=false',
      BERTH_MAIL_FROM: 'b@berth.test',
    },
    ['BERTH_SMTP_URL'],
  ],
  [{ BERTH_SMTP_URL: 'smtp://u:secret@mail.internal', BERTH_MAIL_FROM: 'b@berth.test' }, ['BERTH_SMTP_URL']],
  [{ BERTH_SMTP_URL: 'smtps://u:Zq8nGf3wYt5@mail.internal', BERTH_MAIL_FROM: 'b@berth.test' }, []],
])('hazard S7, in production: %j', (env, expected) => {
  expect(findings({ ...production, ...env })).toEqual(expected);
});

test('hazard S7: outside production the same is a warning, and each finding says what to do', () => {
  const env = {
    ...good,
    BERTH_PUBLIC_URL: 'http://nas.lan:8000',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    BERTH_LOG_LEVEL: 'debug',
  };
  expect(settingsIn(validate(env).warnings)).toEqual([
    'BERTH_PUBLIC_URL',
    'BERTH_REGISTRATION',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'BERTH_LOG_LEVEL',
  ]);
  expect(validate(env).refusals).toEqual([]);
  expect(settingsIn(validate({ ...env, NODE_ENV: 'production' }).refusals)).toEqual([
    'BERTH_PUBLIC_URL',
    'NODE_TLS_REJECT_UNAUTHORIZED',
  ]);
  for (const { fix } of settingFindings(env)) expect(fix.length).toBeGreaterThan(10);
});

test('A5 access tokens live eight hours, or what the operator says between five minutes and a day', () => {
  const secondsOf = (env: Record<string, string>) => readConfig({ ...good, ...env }).accessTokenSeconds;
  expect([
    secondsOf({}),
    secondsOf({ BERTH_ACCESS_TOKEN_SECONDS: '300' }),
    secondsOf({ BERTH_ACCESS_TOKEN_SECONDS: '86400' }),
  ]).toEqual([28_800, 300, 86_400]);
  for (const said of ['299', '86401', '600.5', 'ever', '-1', '0'])
    expect(findings({ BERTH_ACCESS_TOKEN_SECONDS: said })).toEqual(['BERTH_ACCESS_TOKEN_SECONDS']);
});

test.each<[Record<string, string>, string[]]>([
  [{}, []],
  [{ BERTH_PUBLIC_URL: 'https://Berth.test' }, ['berth.test']],
  [{ BERTH_PUBLIC_URL: 'https://berth.test:8443/' }, ['berth.test:8443']],
  [
    { BERTH_PUBLIC_URL: 'https://berth.test', BERTH_PUBLIC_HOSTS: 'ALIAS.test.:443,, nas.lan:80' },
    ['berth.test', 'alias.test', 'nas.lan:80'],
  ],
  [{ BERTH_PUBLIC_HOSTS: 'nas.lan:80' }, ['nas.lan']],
])('hazard P12: with %j the names are %j', (env, names) => {
  expect(readConfig({ ...good, ...env }).publicHosts).toEqual(names);
});

test('hazard P9: connections of this very machine count where a limit is set, and 0 is none', () => {
  const connections = (env: Record<string, string> = {}) => readConfig({ ...good, ...env }).connections;
  expect(connections()).toEqual({ perNetwork: 1000, countsLoopback: false });
  expect(connections({ BERTH_CONNECTIONS_PER_ADDRESS: '50' })).toEqual({
    perNetwork: 50,
    countsLoopback: true,
  });
  expect(connections({ BERTH_CONNECTIONS_PER_ADDRESS: '0' }).perNetwork).toBe(0);
});

test('hazard P9: a limit that would count everybody as the proxy is a warning', () => {
  const env = {
    ...good,
    BERTH_PUBLIC_URL: 'https://berth.test',
    BERTH_CONNECTIONS_PER_ADDRESS: '50',
    BERTH_REGISTRATION: 'closed',
  };
  expect(settingsIn(validate(env, true).warnings)).toEqual(['BERTH_CONNECTIONS_PER_ADDRESS']);
  expect(validate({ ...env, BERTH_TRUSTED_PROXIES: '127.0.0.1' }, true).warnings).toEqual([]);
});
