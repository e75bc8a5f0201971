import { fileURLToPath } from 'node:url';

import { precompress } from '@berth/plugin-kit/base/precompress.ts';
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
  type ConvertCSSVariablesInput,
} from '@mantine/core';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

import { theme, variables } from './src/app/theme.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The page is served below any prefix and in a frame without an origin: every address relative, nothing inlined that a strict CSP would refuse. */
export default defineConfig({
  root: here,
  base: './',
  plugins: [react(), themeFile(), precompressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022', // light-dark() as it is written: its replacement for older browsers follows the system's theme and not ours.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
});

/** Mantine's variables for our theme as a style sheet, `virtual:theme.css`, where Mantine would add a <style> element in the browser. */
function themeFile(): Plugin {
  const name = 'virtual:theme.css';
  const id = fileURLToPath(new URL('./src/app/virtual-theme.css', import.meta.url));
  return {
    name: 'theme-file',
    resolveId: (source) => (source === name ? id : null),
    load: (wanted) =>
      wanted === id
        ? convertCssVariables(
            merged(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme)), variables),
          )
        : null,
  };
}

function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    writeBundle: ({ dir }) => precompress(dir ?? `${here}dist`),
  };
}

function merged(one: ConvertCSSVariablesInput, other: ConvertCSSVariablesInput): ConvertCSSVariablesInput {
  return {
    variables: { ...one.variables, ...other.variables },
    light: { ...one.light, ...other.light },
    dark: { ...one.dark, ...other.dark },
  };
}
