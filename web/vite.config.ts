import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { precompress } from '@berth/plugin-kit/base/precompress.ts';
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

/** Only after a build that went well: where it did not, its own error is the one to show. */
function precompressed(): Plugin {
  return {
    name: 'berth-precompressed',
    apply: 'build',
    writeBundle: ({ dir }) => precompress(dir ?? join(here, 'dist')),
  };
}
