/**
 * What a start in production would say against the environment, all of it at once, before anything is stopped or
 * started. The start asks the same function.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs, parseEnv } from 'node:util';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import { validate } from '../validate.ts';

export const envValidate: Command = {
  name: 'env validate',
  usage: '[--file FILE] [--development]',
  summary:
    'what a start in production would say against the environment (and FILE), all at once; --development judges milder',
  run: async (args, { env, tell }) => ((await isAccepted(args, env, tell)) ? 0 : 1),
};

async function isAccepted(
  args: string[],
  env: Readonly<Record<string, string | undefined>>,
  tell: (line: string) => void,
): Promise<boolean> {
  const { file, isDevelopment } = wishesIn(args);
  const { refusals, warnings } = validate(
    file === null ? env : { ...env, ...(await fileAsEnv(file)) },
    !isDevelopment,
  );
  for (const refusal of refusals) tell(`refused  ${refusal}`);
  for (const warning of warnings) tell(`warning  ${warning}`);
  const place = isDevelopment ? 'in development' : 'in production';
  tell(
    refusals.length > 0
      ? `The gateway would not start ${place}: ${refusals.length} to mend.`
      : `The gateway would start ${place}.`,
  );
  return refusals.length === 0;
}

function wishesIn(args: string[]): { file: string | null; isDevelopment: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: { file: { type: 'string' }, development: { type: 'boolean' } },
    });
    return { file: values.file ?? null, isDevelopment: values.development ?? false };
  } catch {
    throw new CommandRefusal(
      `"env validate ${args.join(' ')}" is not understood: it knows --file FILE and --development.`,
    );
  }
}

async function fileAsEnv(file: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new CommandRefusal(`${file} cannot be read.`, 1, { cause });
  }
}
