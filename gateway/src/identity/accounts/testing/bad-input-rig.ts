import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { hash, verify } from '@node-rs/argon2';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { browserAt, type Browser } from './identity-gateway.ts';

export let gateway: RealGateway;
export let root: Browser;
export let person: Browser;

export function useRig(): void {
  vi.mock('@node-rs/argon2', { spy: true });
  beforeAll(async () => {
    gateway = await realGateway();
    root = browserAt(gateway.origin);
    await root.request('POST', '/api/auth/setup', {
      token: setupToken,
      email: 'root@example.org',
      password: goodPassword,
    });
    person = browserAt(gateway.origin);
    await person.request('POST', '/api/auth/register', {
      email: 'person@example.org',
      password: goodPassword,
    });
    await person.request('POST', '/api/auth/session', {
      email: 'person@example.org',
      password: goodPassword,
    });
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    vi.mocked(hash).mockClear();
    vi.mocked(verify).mockClear();
  });
}
