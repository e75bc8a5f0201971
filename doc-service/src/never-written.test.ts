/**
 * The watched folder is only ever read (hazard D14): by what happens, and by what the source could do at all.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, lstat, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { damagedDocument } from '@berth/testing/broken-documents.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { startService, until, type TestService } from './testing/service.ts';

let service: TestService;
beforeEach(async () => (service = await startService()));
afterEach(() => service.close());

const list = (query = '') => service.json(`/documents?page_size=200${query}`);
const settled = (total: number) =>
  until(
    () => list(),
    ({ items }) =>
      items.length === total && items.every(({ status }) => status === 'searchable' || status === 'stuck'),
  );

describe('hazard D14 H5: the watched folder is never written', () => {
  /** Every name, time, mode and byte below the folder. */
  async function picture(folder: string): Promise<string[]> {
    const names = await readdir(folder, { recursive: true });
    const lines = await Promise.all(
      ['', ...names].map(async (name) => {
        const path = join(folder, name);
        const look = await lstat(path, { bigint: true });
        const bytes = look.isFile()
          ? createHash('sha256')
              .update(await readFile(path))
              .digest('hex')
          : '';
        return `${name} ${look.mode} ${look.size} ${look.mtimeNs} ${look.ctimeNs} ${look.ino} ${bytes}`;
      }),
    );
    return lines.toSorted();
  }

  test('after intake, upload, retry, pictures, settings and a restart it looks as before, on a read-only folder too', async () => {
    await service.drop('in/a.pdf', await pdf('Untouched'));
    await service.drop('in/bad.pdf', damagedDocument());
    const { watch } = service.folders;
    const isMounted = mountReadOnly(watch);
    if (!isMounted) for (const folder of ['in', '']) await chmod(join(watch, folder), 0o555);
    try {
      const before = await picture(watch);
      await service.restart();
      const { items } = await settled(2);
      for (const { id } of items) {
        await service.ask(`/documents/${id}/download`);
        await service.ask(`/documents/${id}/pages/1.webp?width=240`);
        await service.ask(`/documents/${id}/retry`, { method: 'POST' });
        await service.ask(`/documents/${id}`, { method: 'DELETE' });
      }
      const form = new FormData();
      form.append('file', new Blob([Buffer.from(await pdf('Sent'))]), 'in/a.pdf');
      await service.ask('/documents/upload?filename=..%2F..%2Fin%2Fa.pdf', { method: 'POST', body: form });
      await settled(3);
      await service.app.intake.rescan();
      expect(await picture(watch)).toEqual(before);
    } finally {
      if (isMounted) execFileSync('umount', ['-l', watch]);
      else for (const folder of ['', 'in']) await chmod(join(watch, folder), 0o755);
    }
  });

  test('a source that is shortened or removed takes nothing away', async () => {
    await service.drop('gone.pdf', await pdf('Survivor'));
    const { items } = await settled(1);
    await truncate(join(service.folders.watch, 'gone.pdf'), 0);
    await service.app.intake.rescan();
    await rm(join(service.folders.watch, 'gone.pdf'));
    await service.app.intake.rescan();
    expect((await list('&q=survivor')).total).toBe(1);
    expect((await service.ask(`/documents/${items[0]?.id}/download`)).status).toBe(200);
  });

  test('only the vault can write to a disk', async () => {
    const root = fileURLToPath(new URL('.', import.meta.url));
    const writing =
      /\b(?:writeFile|appendFile|createWriteStream|mkdir|mkdtemp|rename|unlink|rmdir|rm|truncate|ftruncate|utimes|lutimes|chmod|chown|link|symlink|copyFile|cp|open)(?:Sync)?\b[^;]*from 'node:fs(?:\/promises)?'/;
    const names = (await readdir(root, { recursive: true })).filter(
      (name) => name.endsWith('.ts') && !/^(?:testing|platform\/generated)\/|\.test\.ts$/.test(name),
    );
    const guilty: string[] = [];
    for (const name of names) {
      const source = await readFile(join(root, name), 'utf8');
      const imports = source.match(/import \{[^}]*\} from 'node:fs(?:\/promises)?'/g) ?? [];
      if (
        imports.some((one) => writing.test(one)) ||
        /from 'node:fs'(?!;)|import \* as \w+ from 'node:fs|require\(|import\('node:fs/.test(source)
      )
        guilty.push(name);
    }
    expect(names.length).toBeGreaterThan(20);
    // The command line writes exports where its caller says; the check of the vault sets damaged originals
    // aside; what is imported is opened for reading, without following links; a zip is laid open within the
    // vault; new keys lie beside it.
    expect(guilty.toSorted()).toEqual([
      'cli/archive.ts',
      'documents/drafts.ts',
      'documents/partial-uploads.ts',
      'documents/picture-cache.ts',
      'documents/vault-check.ts',
      'documents/vault.ts',
      'importing/export-folder.ts',
      'importing/zipped-export.ts',
      'settings/sealing-keys.ts',
    ]);
  });
});

function mountReadOnly(folder: string): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['--bind', folder, folder], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'remount,ro,bind', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
