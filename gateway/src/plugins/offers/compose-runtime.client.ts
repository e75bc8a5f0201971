/** Writes services into a compose file, and starts them where the operator allowed it. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { readOrNull, replace } from '../discovery/services-editor.ts';
import { withComposeService } from './compose.rules.ts';
import type { Runtime } from './catalogue-state.ts';

const run = promisify(execFile);
const startWithinMs = 120_000;
/** Nothing of the gateway's own environment: compose would fill its values into the file. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export type ComposeOptions = {
  file: string;
  /** The program and its first arguments, `docker compose`; `null`: nothing is started. */
  command: readonly string[] | null;
};

export function composeRuntime({ file, command }: ComposeOptions): Runtime {
  const [program, ...first] = command ?? [];
  return {
    kind: 'compose',
    file,
    starts: program !== undefined,
    write: async (entry, variables) => {
      const before = await readOrNull(file);
      const edit = withComposeService(before, entry, variables);
      if (!edit.ok) return edit;
      await replace(file, edit.text);
      return { ...edit, undo: () => (before === null ? rm(file) : replace(file, before)) };
    },
    start: async (id) => {
      if (program === undefined) return null;
      try {
        await run(program, [...first, '-f', file, 'up', '-d', '--no-deps', id], {
          cwd: dirname(file),
          env: { PATH: path, HOME: dirname(file) },
          timeout: startWithinMs,
          maxBuffer: 1024 * 1024,
        });
        return null;
      } catch (error) {
        return wordsOf(error);
      }
    },
  };
}

function wordsOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const last = said.split('\n').at(-1)?.slice(0, 300) ?? '';
  if (last !== '') return last;
  return error instanceof Error
    ? (error.message.split('\n')[0] ?? '').slice(0, 300)
    : 'for an unknown reason';
}
