/** Writes services into a compose file, and starts and stops them where the operator allowed it. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { readOrNull, replace } from '../discovery/services-editor.ts';
import { withComposeService, withoutComposeService } from './compose.rules.ts';
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
  /** @returns what went wrong, in words */
  const compose = async (args: readonly string[]): Promise<string | null> => {
    if (program === undefined) return null;
    try {
      await run(program, [...first, '-f', file, ...args], {
        cwd: dirname(file),
        env: { PATH: path, HOME: dirname(file) },
        timeout: startWithinMs,
        maxBuffer: 1024 * 1024,
      });
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  };
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
    start: (id) => compose(['up', '-d', '--no-deps', id]),
    runs: async (ids) => {
      const text = await readOrNull(file).catch(() => null);
      return new Set(ids.filter((id) => withoutComposeService(text, id) !== null));
    },
    remove: async (id) => {
      const failure = program === undefined ? null : await compose(['rm', '--stop', '--force', id]);
      if (failure !== null) return { ok: false, detail: failure };
      try {
        const text = withoutComposeService(await readOrNull(file), id);
        if (text !== null) await replace(file, text);
      } catch (error) {
        return {
          ok: false,
          detail: say`${file} cannot be written (${errorCode(error) ?? 'unknown reason'})`,
        };
      }
      return { ok: true, isStopped: program !== undefined };
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
