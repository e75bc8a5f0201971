import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { expect, test } from 'vitest';
import { makeSampleDocuments } from './sample-documents.ts';
import { copySampleDocuments } from './start/sample-documents.ts';

test('a dozen readable PDFs, which scripts/start/samples/ holds as they are typeset (else: npm run generate)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-samples-'));
  try {
    const picture = async (write: (folder: string) => Promise<string[]>): Promise<string[]> => {
      const paths = (await write(folder)).toSorted();
      return Promise.all(
        paths.map(
          async (path) =>
            `${path} ${createHash('sha256')
              .update(await readFile(join(folder, path)))
              .digest('hex')}`,
        ),
      );
    };
    const first = await picture(makeSampleDocuments);
    expect(first).toHaveLength(12);
    expect(await picture(copySampleDocuments)).toEqual(first);
    const lease = await PDFDocument.load(
      await readFile(join(folder, 'contracts/lease/lease-agreement-pier-4.pdf')),
    );
    expect(lease.getPageCount()).toBeGreaterThan(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
