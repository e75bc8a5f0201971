/** The load, the crowd and the container in C: they take so little of their core that the gateway's is full. Where there is no compiler, Node does it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Native = { load: string; crowd: string; container: string };

const sources = fileURLToPath(new URL('native/', import.meta.url));

/** @returns the programs, or why there are none */
export function buildNative(folder: string): { ok: true; native: Native } | { ok: false; why: string } {
  if (process.platform !== 'linux') return { ok: false, why: 'they are made for Linux' };
  mkdirSync(folder, { recursive: true });
  const native = {
    load: join(folder, 'load'),
    crowd: join(folder, 'crowd'),
    container: join(folder, 'container'),
  };
  for (const [name, program] of Object.entries(native)) {
    const { error, status, stderr } = spawnSync(
      'cc',
      ['-O2', '-D_GNU_SOURCE', '-o', program, join(sources, `${name}.c`)],
      { encoding: 'utf8' },
    );
    if (error) return { ok: false, why: 'there is no C compiler (cc)' };
    if (status !== 0) return { ok: false, why: stderr };
  }
  return { ok: true, native };
}
