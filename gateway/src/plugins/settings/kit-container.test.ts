/** The gateway's side of settings against a container on the kit: two readings of one contract must agree. */
import { createContainer } from '@berth/plugin-kit/container';
import { createTestGateway } from '@berth/plugin-kit/container/test-gateway.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { log, person, startRig } from '../testing/rig.ts';

const schema = {
  type: 'object',
  required: ['title'],
  properties: {
    title: { type: 'string', minLength: 1 },
    key: { type: 'string', writeOnly: true },
    accounts: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: { type: 'string' }, token: { type: 'string', writeOnly: true } },
      },
    },
  },
};

test('read, save with masks, stale versions, refusals: through the gateway into a real container', async () => {
  const { jwks, assertion } = await createTestGateway();
  let stored: JsonObject = { title: 'One', key: 'first-secret', accounts: [{ id: 'a', token: 'token-a' }] };
  const { serve } = createContainer({
    manifest: {
      manifest_version: '1.0',
      id: 'kit',
      name: 'Kit',
      version: '1',
      access: { any_user: true },
      settings_schema: schema,
    },
    settings: { read: () => stored, write: async (next) => void (stored = next) },
    jwks,
    log,
  });
  const serving = await serve({ port: 0 });
  const rig = await startRig({
    servicesFromEnv: [{ id: 'kit', url: serving.url }],
    signAssertion: (who, audience) => assertion(audience, { sub: who.userId }),
  });
  try {
    await rig.room.start();
    await rig.until('kit', (plugin) => plugin?.state === 'online');
    const who = person();
    const patch = (body: object, ifMatch: string): Promise<Response> =>
      rig.as(who, '/api/plugins/kit/settings', {
        method: 'PATCH',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/merge-patch+json', 'if-match': ifMatch },
      });

    const first = await rig.as(who, '/api/plugins/kit/settings');
    const shown: unknown = await first.json();
    expect(shown).toEqual({
      title: 'One',
      key: '********',
      accounts: [{ id: 'a', token: expect.stringMatching(/^\*{8}#[\w-]{16}$/) }],
    });
    const accountA = z.object({ accounts: z.array(z.unknown()) }).parse(shown).accounts[0];
    const etag = first.headers.get('etag') ?? '';

    const saved = await patch(
      {
        title: 'Two',
        key: '********',
        accounts: [{ id: 'b', token: 'token-b' }, accountA],
      },
      etag,
    );
    expect(saved.status).toBe(200);
    expect(stored).toEqual({
      title: 'Two',
      key: 'first-secret',
      accounts: [
        { id: 'b', token: 'token-b' },
        { id: 'a', token: 'token-a' },
      ],
    });
    expect((await patch({ title: 'Three' }, etag)).status).toBe(412);

    const present = saved.headers.get('etag') ?? '';
    expect((await patch({ title: '' }, present)).status).toBe(422);
    expect((await patch({ key: null }, present)).status).toBe(200);
    expect(stored).not.toHaveProperty('key');
    const rows = await rig.database.prisma.pluginSettingsChange.findMany({ orderBy: { at: 'asc' } });
    expect(rows.map(({ outcome }) => outcome)).toEqual(['saved', 'saved']);
    expect(JSON.stringify(rows)).not.toMatch(/first-secret|token-/);
  } finally {
    await rig.end();
    await serving.stop();
  }
});
