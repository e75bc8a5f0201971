import { askContainer } from '@berth/plugin-kit/conformance';
import { expect, test } from 'vitest';
import { startService } from './testing/service.ts';

test('this container answers every question that a gateway asks', async () => {
  const service = await startService();
  try {
    const findings = await askContainer({
      url: service.app.serving.url,
      id: 'doc-service',
      assertion: service.assertion,
    });
    expect(findings.length).toBeGreaterThan(3);
    // The page is built by another step; what is asked about it is asked where it is.
    expect(
      findings.filter(({ ok, question, detail }) => !ok && !`${question} ${detail}`.includes('/ui/')),
    ).toEqual([]);
  } finally {
    await service.close();
  }
});

test('L8 a database that is gone is told by health, and the service stays up', async () => {
  const service = await startService();
  try {
    await service.dropDatabase();
    expect(await service.json('/health')).toMatchObject({
      status: 'degraded',
      detail: 'The database does not answer.',
    });
    expect((await service.ask('/documents')).status).toBe(503);
  } finally {
    await service.close();
  }
});
