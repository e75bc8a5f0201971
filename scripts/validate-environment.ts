/**
 * `npm run berth -- env validate`: what a start in production would say against the environment, all of it at once, before
 * anything is stopped or started. The start asks the same function.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs, parseEnv } from 'node:util';
import { validate } from '../gateway/src/validate.ts';
import { StartRefusal } from './start/refusal.ts';

/** @returns whether the gateway would start @throws StartRefusal for what is not understood */
export async function validateEnvironment(
  args: string[],
  env: Record<string, string | undefined>,
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
    const { values, positionals } = parseArgs({
      args,
      options: { file: { type: 'string' }, development: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== 'validate') throw new Error('no such command');
    return { file: values.file ?? null, isDevelopment: values.development ?? false };
  } catch {
    throw new StartRefusal(
      `"env ${args.join(' ')}" is not understood: env validate knows --file FILE and --development.`,
    );
  }
}

async function fileAsEnv(file: string): Promise<NodeJS.Dict<string>> {
  try {
    return parseEnv(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new StartRefusal(`${file} cannot be read.`, { cause });
  }
}
