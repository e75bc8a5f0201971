import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Provider } from './oidc.types.ts';
import { readProviders } from './providers.rules.ts';

/**
 * @param file `null`: no providers
 * @throws Error that names the file and every finding: a gateway that half its people cannot sign in to does not start
 */
export function providersIn(file: string | null): Provider[] {
  if (file === null) return [];
  const read = readProviders(parsed(file), (secretFile) =>
    readFileSync(resolve(dirname(file), secretFile), 'utf8').trim(),
  );
  if (!read.ok)
    throw new Error(
      `${file} is no list of providers:\n${read.findings.map((finding) => `  - ${finding}`).join('\n')}`,
    );
  return read.providers;
}

function parsed(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as YAML.`, { cause });
  }
}
