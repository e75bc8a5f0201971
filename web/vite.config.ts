import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
/** For work on the shell alone: where a running gateway listens. */
const gateway = process.env['BERTH_GATEWAY'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: here,
  plugins: [react(), precompressed()],
  resolve: { alias: [{ find: /^#/, replacement: `${here}src/` }] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    // The policy allows no inline script; every browser that is served knows modulepreload.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { host: '127.0.0.1', proxy: { '/api': gateway, '/apps/': gateway } },
});

/** Puts `.br` and `.gz` beside everything that is text, so that the gateway compresses nothing while people wait. */
function precompressed(): Plugin {
  const textual = /\.(?:js|css|svg)$/;
  return {
    name: 'berth-precompressed',
    apply: 'build',
    // Only after a build that went well: where it did not, its own error is the one to show.
    async writeBundle() {
      const folder = join(here, 'dist');
      const names = await readdir(folder, { recursive: true });
      await Promise.all(
        names
          .filter((name) => textual.test(name))
          .map(async (name) => {
            const bytes = await readFile(join(folder, name));
            await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(bytes));
            await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
          }),
      );
    },
  };
}
