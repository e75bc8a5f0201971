/** M8: what the shipped catalogue says of building is there: stages, sources, programs and their packages. */
import { access, glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '@berth/testing/checkout.ts';

const read = (path: string) => readFile(join(root, path), 'utf8');
const packageForm = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });
const catalogueForm = z.object({
  catalogue: z.object({
    entries: z.array(
      z.object({
        id: z.string(),
        build: z.object({ target: z.string() }).optional(),
        command: z.array(z.string()).default([]),
      }),
    ),
  }),
});

test('M8 each entry that is built has its stage, and the program that it runs is in the repository', async () => {
  const dockerfile = await read('Dockerfile');
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name);
  const { catalogue } = catalogueForm.parse(
    JSON.parse(await read('gateway/src/plugins/offers/shipped-catalogue.json')),
  );
  for (const { build, command } of catalogue.entries) {
    if (build) expect(stages).toContain(build.target);
    for (const file of command.slice(1)) await access(join(root, file));
  }
});

test('M8 the image of the examples is copied from stages and folders that are there', async () => {
  const dockerfile = await read('Dockerfile');
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name);
  const [stage = ''] = dockerfile.split(/^FROM /m).filter((text) => / AS examples\n/.test(text));
  const copies = [...stage.matchAll(/^COPY --from=(\S+) \/app\/?(\S*) /gm)];
  expect(copies.length).toBeGreaterThan(2);
  for (const [, from, source = ''] of copies) {
    expect(stages).toContain(from);
    // What is generated is not in the repository; `prepare` makes it in the stage.
    if (source !== '' && source !== 'plugin-kit/frame.js') await access(join(root, source));
  }
});

test('M8 every package that an example imports is installed in its image', async () => {
  const installed = new Set<string>(['@berth/plugin-kit']);
  for (const workspace of ['plugin-kit', 'doc-service']) {
    const { dependencies } = packageForm.parse(JSON.parse(await read(`${workspace}/package.json`)));
    for (const name of Object.keys(dependencies)) installed.add(name);
  }
  const missing: string[] = [];
  for await (const file of glob('examples/*/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue;
    for (const [, name = ''] of (await read(file)).matchAll(
      /^(?:import|export) [^;]* from '([^.'][^']*)'/gm,
    )) {
      const [first = '', second = ''] = name.split('/');
      const wanted = first.startsWith('@') ? `${first}/${second}` : first;
      if (!name.startsWith('node:') && !installed.has(wanted)) missing.push(`${file}: ${wanted}`);
    }
  }
  expect(missing).toEqual([]);
});
