import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { expect, test } from 'vitest';
import { makeSampleDocuments } from './sample-documents.ts';

test('a dozen readable PDFs, the same bytes each time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-samples-'));
  try {
    const picture = async (): Promise<string[]> => {
      const paths = await makeSampleDocuments(folder);
      return Promise.all(
        paths.map(
          async (path) =>
            `${path} ${createHash('sha256')
              .update(await readFile(join(folder, path)))
              .digest('hex')}`,
        ),
      );
    };
    const first = await picture();
    expect(first).toHaveLength(12);
    expect(await picture()).toEqual(first);
    const lease = await PDFDocument.load(
      await readFile(join(folder, 'contracts/lease/lease-agreement-pier-4.pdf')),
    );
    expect(lease.getPageCount()).toBeGreaterThan(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
