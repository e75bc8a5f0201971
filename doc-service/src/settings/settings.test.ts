/** What the settings form offers, and what stays stored beside it. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => (service = await startService()));
afterAll(() => service?.close());

const stored = { ai_folder_suggestion: false, ai_rename_suggestion: true, rescan_minutes: 7, from_later: 1 };

test('H12: the switches of suggestions stand in the form, are kept as they were stored, and what is not known stays', async () => {
  const database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
  try {
    await database.query('INSERT INTO service_settings (id, value) VALUES (1, $1)', [stored]);
    await service.restart();
    const manifest = await (await service.ask('/plugin/manifest')).text();
    expect(manifest).toContain('ai_folder_suggestion');
    expect(manifest).toContain('{"const":"deu","title":"German"}');
    const settings: unknown = await (await service.ask('/plugin/settings')).json();
    expect(settings).toMatchObject({
      rescan_minutes: 7,
      ai_folder_suggestion: false,
      ai_rename_suggestion: true,
    });
    const headers = { 'content-type': 'application/json' };
    const patch = { method: 'PATCH', body: JSON.stringify({ rescan_minutes: 9 }), headers };
    expect((await service.ask('/plugin/settings', patch)).status).toBe(200);
    const { rows } = await database.query('SELECT value FROM service_settings');
    expect(rows).toEqual([{ value: expect.objectContaining({ ...stored, rescan_minutes: 9 }) }]);
  } finally {
    await database.end();
  }
});
