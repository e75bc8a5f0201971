import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start/paths.ts';

/**
 * In the singular a document is the browser's, a JSON or a YAML one; the feature is named in the
 * plural.
 */
const feature = /doc-?service|documents\b/i;

test.each(['gateway/src', 'web/src'])(
  '%s names no feature: adding a container changes no line there',
  async (folder) => {
    const findings: string[] = [];
    for (const file of await sourcesBelow(folder)) {
      const text = withoutComments(await readFile(join(root, file), 'utf8'));
      for (const [index, line] of text.split('\n').entries())
        if (feature.test(line)) findings.push(`${file}:${index + 1}: ${line.trim()}`);
    }
    expect(findings).toEqual([]);
  },
);

async function sourcesBelow(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return (
    names
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|generated\/|testing\//.test(name))
      // `documents` is a kind of capability too, whichever container offers it.
      .filter((name) => !/(?:^|\/)(?:capabilities|workspaces)\//.test(name))
      .map((name) => `${folder}/${name}`)
  );
}

/** Line by line, so that the numbers stay right. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .replaceAll(/(^|\s)\/\/.*$/gm, '');
}
