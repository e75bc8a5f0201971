/** O3: what compose.yaml promises, read from the file itself; and by the compose plugin, where the machine has it. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { root } from './start/paths.ts';

const service = z.looseObject({
  image: z.string(),
  user: z.string().optional(),
  ports: z.array(z.string()).default([]),
  networks: z
    .union([
      z.array(z.string()),
      z.record(z.string(), z.unknown()).transform((networks) => Object.keys(networks)),
    ])
    .default([]),
  network_mode: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  pids_limit: z.number(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const composeFile = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().default(false) })),
});

const text = await readFile(join(root, 'compose.yaml'), 'utf8');
const compose = composeFile.parse(parse(text, { merge: true }));
const services = Object.entries(compose.services);
const { nginx, gateway, postgres, 'doc-service': docService } = compose.services;
const secrets = ['POSTGRES_PASSWORD', 'BERTH_DB_PASSWORD', 'BERTH_DOCUMENTS_DB_PASSWORD'];

describe('O3 compose.yaml', () => {
  test('hazard H8: only nginx publishes a port', () => {
    expect(services.filter(([, { ports }]) => ports.length > 0).map(([name]) => name)).toEqual(['nginx']);
    expect(services.filter(([, { network_mode: mode }]) => mode !== undefined && mode !== 'none')).toEqual(
      [],
    );
  });

  test('hazard H8: containers and the database are on a network without a way out, and nginx is not on it', () => {
    expect(compose.networks['back']?.internal).toBe(true);
    expect(docService?.networks).toEqual(['back']);
    expect(postgres?.networks).toEqual(['back']);
    expect(nginx?.networks).toEqual(['front']);
    expect(gateway?.networks).toEqual(['front', 'back']);
  });

  test.each(services)(
    '%s: read-only root, no capability, no new privileges, bounded memory and processes',
    (_name, described) => {
      expect(described.read_only).toBe(true);
      expect(described.cap_drop).toEqual(['ALL']);
      expect(described.security_opt).toEqual(['no-new-privileges:true']);
      expect(described.mem_limit).toMatch(/^\d+[mg]$/);
      expect(described.pids_limit).toBeGreaterThan(0);
      expect(described).not.toHaveProperty('privileged');
      expect(described).not.toHaveProperty('cap_add');
    },
  );

  test('nobody is root: our images say so themselves, the others are told', async () => {
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    const stages = dockerfile.split(/^FROM /m).filter((stage) => /AS (gateway|doc-service)\n/.test(stage));
    expect(stages.map((stage) => /^USER (.*)$/m.exec(stage)?.[1])).toEqual(['1000:1000', '1000:1000']);
    expect(stages.every((stage) => stage.includes('HEALTHCHECK'))).toBe(true);
    expect([nginx?.user, postgres?.user]).toEqual(['101:101', '999:999']);
  });

  test('secrets have no default: without them compose refuses', () => {
    for (const name of secrets) {
      const uses = text.match(new RegExp(`\\$\\{${name}[^}]*\\}`, 'g')) ?? [];
      expect(uses.length).toBeGreaterThan(0);
      expect(uses.filter((use) => !use.startsWith(`\${${name}:?`))).toEqual([]);
    }
    expect(text).not.toMatch(/password:\s*['"]?\w+['"]?$/im);
  });

  test('the example of the environment names every secret and fills in none', async () => {
    const example = await readFile(join(root, '.env.example'), 'utf8');
    for (const name of [...secrets, 'BERTH_PUBLIC_URL', 'BERTH_WATCH_DIR'])
      expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
  });

  test('every variable that compose.yaml asks for is in the example, but for images', async () => {
    const example = await readFile(join(root, '.env.example'), 'utf8');
    const asked = new Set(
      [...text.matchAll(/\$\{(\w+)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !name.endsWith('_IMAGE')),
    );
    expect([...asked].filter((name) => !new RegExp(`^(# )?${name}=`, 'm').test(example))).toEqual([]);
  });

  test('the watched folder and all that is configured are mounted read-only', () => {
    const writable = services.flatMap(([name, { volumes }]) =>
      volumes.filter((volume) => !volume.endsWith(':ro')).map((volume) => `${name} ${volume}`),
    );
    expect(writable).toEqual([
      'keys keys:/var/lib/berth/keys',
      'doc-service documents:/var/lib/berth-documents',
      'postgres postgres:/var/lib/postgresql',
    ]);
    expect(docService?.volumes.some((volume) => volume.endsWith(':/watch:ro'))).toBe(true);
  });

  test('the gateway believes nginx alone, at an address that stays', () => {
    expect(gateway?.environment['BERTH_TRUSTED_PROXIES']).toBe('${BERTH_FRONT_PREFIX:-172.31.77}.2');
    expect(text).toContain("front: { ipv4_address: '${BERTH_FRONT_PREFIX:-172.31.77}.2' }");
    expect(text).toContain("extra_hosts: ['gateway:${BERTH_FRONT_PREFIX:-172.31.77}.3']");
  });

  test('nobody starts before what it needs is healthy', () => {
    expect(nginx?.depends_on).toEqual({ gateway: { condition: 'service_healthy' } });
    expect(gateway?.depends_on['postgres']).toEqual({ condition: 'service_healthy' });
    expect(gateway?.depends_on['keys']).toEqual({ condition: 'service_completed_successfully' });
    expect(docService?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  });

  test('the build takes no test, no secret and nothing of this machine along', async () => {
    const ignored = (await readFile(join(root, '.dockerignore'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored[0]).toBe('*');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/*.test.ts', '**/testing']));
    expect(ignored.filter((line) => line.startsWith('!') && /env|data|nginx|git/.test(line))).toEqual([]);
  });
});

/** As the Compose specification has it: `${NAME:?words}` refuses an empty NAME, `${NAME:-text}` has a text in its place. */
function interpolate(source: string, env: Record<string, string>): string {
  return source.replaceAll(
    /\$\{(\w+)(?::([?-])([^}]*))?\}/g,
    (_, name: string, kind: string | undefined, words: string | undefined) => {
      const value = env[name] ?? '';
      if (value === '' && kind === '?')
        throw new Error(`required variable ${name} is missing a value: ${words}`);
      return value === '' ? (words ?? '') : value;
    },
  );
}

describe('O3 what is filled in', () => {
  // What is filled in takes the place of texts in what was read, not of YAML.
  const read = JSON.stringify(parse(text, { merge: true }));
  const needed = [...secrets, 'BERTH_WATCH_DIR', 'BERTH_PUBLIC_URL'];
  const filled = Object.fromEntries(needed.map((name) => [name, `value-of-${name}`]));
  /** The plugin too where the machine has it; no package of Debian brings it along. */
  const hasPlugin = spawnSync('docker', ['compose', 'version']).status === 0;
  const refusal = (env: Record<string, string>): string | null => {
    if (hasPlugin) {
      const asked = ['compose', '--env-file', '/dev/null', 'config', '-q'];
      const { status, stderr } = spawnSync('docker', asked, {
        cwd: root,
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      if (status !== 0) return stderr;
    }
    try {
      composeFile.parse(JSON.parse(interpolate(read, env)));
      return null;
    } catch (error) {
      return String(error);
    }
  };

  test('is taken', () => {
    expect(refusal(filled)).toBeNull();
    expect(interpolate(read, filled)).not.toMatch(/\$\{/);
  });

  test.each(needed)('nothing starts without %s', (name) => {
    expect(refusal({ ...filled, [name]: '' })).toContain(name);
  });
});
