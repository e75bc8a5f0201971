import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedPages } from './generate-docs.ts';
import { root } from './start/paths.ts';

test.each(Object.entries(generatedPages()))(
  '%s says what the code says (else: npm run generate)',
  async (path, text) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(text);
  },
);
