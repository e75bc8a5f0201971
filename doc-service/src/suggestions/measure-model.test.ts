import { freshDatabase } from '@berth/testing/database.ts';
import { expect, test } from 'vitest';
import { measureSuggestions } from './testing/measure.ts';
import { startModelDouble } from './testing/model-double.ts';

test('J1, J5: with a model that reads well and has its faults, at least 95 of 100 folders are right, and each fault is told', async () => {
  const [database, model] = [await freshDatabase('doc-service'), await startModelDouble()];
  try {
    const measured = await measureSuggestions(database.url, 7, model);
    expect(measured.folderPrecision).toBeGreaterThanOrEqual(0.95);
    expect(measured.folderRight).toBeGreaterThanOrEqual(0.95);
    expect(Object.keys(measured.faults).toSorted()).toEqual(['cut', 'rate', 'unreachable']);
  } finally {
    await model.close();
    await database.drop();
  }
}, 240_000);
