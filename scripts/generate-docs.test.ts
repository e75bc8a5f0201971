import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEnvironment } from './start/options.ts';
import { environment as docServiceEnvironment } from '../doc-service/src/config.ts';
import { validate } from '../gateway/src/validate.ts';
import { generatedPages } from './generate-docs.ts';
import { published } from './generate-manifest-schema.ts';
import { root } from './start/paths.ts';
import { outdatedClients } from './start/prepare.ts';

test.each(Object.entries(generatedPages()))(
  '%s says what the code says (else: npm run generate)',
  async (path, text) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(text);
  },
);

test.each(published.map(({ name, content }) => ({ name, content })))(
  'plugin-kit/$name is up to date (else: npm run generate)',
  async ({ name, content }) => {
    expect(await readFile(join(root, 'plugin-kit', name), 'utf8')).toBe(await content());
  },
);

test('O7: every name that the start, doc-service and compose read is known', async () => {
  const files = await Promise.all(
    ['compose.yaml', '.env.example'].map((name) => readFile(join(root, name), 'utf8')),
  );
  const inFiles = files.join('\n').match(/BERTH_[A-Z_]+[A-Z]/g) ?? [];
  const names = [
    ...Object.keys(startEnvironment.shape),
    ...Object.keys(docServiceEnvironment.shape),
    ...inFiles,
  ];
  const { warnings } = validate(Object.fromEntries(names.map((name) => [name, 'x'])));
  expect(warnings.filter((warning) => warning.includes('no such variable'))).toEqual([]);
});

test('the database clients are made of the schemas as they are (else: npm run generate)', async () => {
  expect(await outdatedClients()).toEqual([]);
});
