/** Case a5: an issuer that differs by a slash is told, with both spellings, where people and operators look. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { browserAt, list, send } from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { identityProvider, type IdentityProvider } from '@berth/testing/identity-provider.ts';
import { asPage } from './testing/roam.ts';

const log = createLogger('test', 'silent');
const told: unknown[][] = [];

let gateway: RealGateway;
let provider: IdentityProvider;
let folder: string;
let listed: string;

beforeAll(async () => {
  vi.spyOn(log, 'error').mockImplementation((...line: unknown[]) => void told.push(line));
  provider = await identityProvider({ path: '/application/o/berth/' });
  listed = provider.issuer.replace(/\/$/, '');
  folder = await mkdtemp(join(tmpdir(), 'berth-oidc-'));
  const file = join(folder, 'oidc.json');
  const client = { client_id: 'berth', client_secret: 'a secret' };
  const providers = [
    { id: 'company', name: 'Company', issuer: listed, ...client },
    { id: 'right', name: 'Right', issuer: provider.issuer, ...client },
  ];
  await writeFile(file, JSON.stringify({ providers }));
  gateway = await realGateway({ BERTH_OIDC_FILE: file }, { log });
  await provider.serve([{ ...client, redirect_uris: [`${gateway.origin}/api/auth/oidc/right/callback`] }]);
});
afterAll(async () => {
  await gateway?.close();
  await provider?.stop();
  await rm(folder, { recursive: true, force: true });
});

const options = async () => list((await send(gateway.origin, 'GET', '/api/auth/options')).body, 'providers');

test('a5: the sign-in page learns both spellings, a program a problem of its own, and the log says it', async () => {
  expect(await options()).toEqual([
    { id: 'company', name: 'Company' },
    { id: 'right', name: 'Right' },
  ]);
  const page = await send(
    gateway.origin,
    'GET',
    '/api/auth/oidc/company/start?return_to=/apps',
    undefined,
    asPage,
  );
  expect(page.status).toBe(303);
  expect(page.headers.get('location')).toBe(
    '/sign-in?problem=issuer-differs&provider=company&return=%2Fapps',
  );
  const mismatch = { listed, told: provider.issuer };
  expect(await options()).toContainEqual({ id: 'company', name: 'Company', issuer_mismatch: mismatch });
  const program = await send(gateway.origin, 'GET', '/api/auth/oidc/company/start');
  expect(program).toMatchObject({ status: 502, body: { type: '/problems/issuer-differs', ...mismatch } });
  const [line] = told;
  expect(line).toEqual([{ provider: 'company', ...mismatch }, expect.stringContaining('slash') as unknown]);
  expect(line?.[1]).toContain(`“${listed}”`);
  expect(line?.[1]).toContain(`“${provider.issuer}”`);
});

test('a5: spelt as the provider spells it, it leads there; one that is down is not told as another name', async () => {
  const left = await send(gateway.origin, 'GET', '/api/auth/oidc/right/start', undefined, asPage);
  expect(left.status).toBe(302);
  expect(left.headers.get('location')).toContain(provider.issuer);
  await provider.stop();
  const down = await send(gateway.origin, 'GET', '/api/auth/oidc/company/start', undefined, asPage);
  expect(down.headers.get('location')).toContain('problem=provider-unavailable');
  expect(await options()).toContainEqual({ id: 'company', name: 'Company' });
  const root = browserAt(gateway.origin);
  const setUp = { token: setupToken, email: 'root@example.org', password: goodPassword };
  expect((await root.request('POST', '/api/auth/setup', setUp)).status).toBe(201);
});
