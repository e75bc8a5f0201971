import { freshDatabase } from '@berth/testing/database.ts';
import { expect, test } from 'vitest';
import { measureSuggestions } from './testing/measure.ts';

test('J4: on a labelled archive that is held out in part, folders and titles are right offline, and no folder is proposed rather than a wrong one', async () => {
  const database = await freshDatabase('doc-service');
  try {
    const measured = await measureSuggestions(database.url, 9);
    expect(measured.folders).toBeGreaterThanOrEqual(20);
    // What 500 letters allow is held by `npm run bench -- suggestions`; six a folder are filed here.
    expect(measured.folderRight).toBeGreaterThanOrEqual(0.6);
    expect(measured.titleUsable).toBeGreaterThanOrEqual(0.7);
    expect(measured.folderPrecision).toBeGreaterThanOrEqual(0.95);
  } finally {
    await database.drop();
  }
}, 240_000);
