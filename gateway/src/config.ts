/**
 * The gateway's environment, read once at the door. `docs/environment.md` is generated from these tables, one
 * for each part.
 */
import { EnvironmentError, readEnvironment } from '@berth/plugin-kit/base/env.ts';
import { z } from 'zod';
import { edgeConfig, edgeEnvironment } from './config/edge.config.ts';
import { settingFindings, stopsStart, wordsOf } from './config/findings.rules.ts';
import { hooksConfig, hooksEnvironment } from './config/hooks.config.ts';
import { identityConfig, identityEnvironment } from './config/identity.config.ts';
import { operationsConfig, operationsEnvironment } from './config/operations.config.ts';
import { dataFolder, platformConfig, platformEnvironment } from './config/platform.config.ts';
import { pluginsConfig, pluginsEnvironment } from './config/plugins.config.ts';

export const gatewayEnvironment = z.object({
  ...platformEnvironment.shape,
  ...identityEnvironment.shape,
  ...pluginsEnvironment.shape,
  ...edgeEnvironment.shape,
  ...operationsEnvironment.shape,
  ...hooksEnvironment.shape,
});

type Read = z.output<typeof gatewayEnvironment>;
export type Config = ReturnType<typeof configOf> & {
  /** What was read, by the names of the variables. */
  environment: Env;
  /**
   * Read again with these below the environment, which wins. @throws EnvironmentError as `readConfig` does
   */
  withStored: (variables: Record<string, string>) => Config;
};
type Env = Readonly<Record<string, string | undefined>>;

/**
 * @throws EnvironmentError with every finding at once, each with what to do; in production (NODE_ENV) it is
 * stricter
 */
export function readConfig(env: Env): Config {
  const { faults, read } = malformed(env);
  const findings = settingFindings(env).filter((finding) =>
    stopsStart(finding, env['NODE_ENV'] === 'production'),
  );
  if (!read || findings.length > 0) throw new EnvironmentError([...faults, ...findings.map(wordsOf)]);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  return {
    ...configOf(read),
    environment: given,
    withStored: (variables) => readConfig({ ...variables, ...given }),
  };
}

function configOf(read: Read) {
  const data = dataFolder(read);
  return {
    ...platformConfig(read),
    ...identityConfig(read, data),
    ...pluginsConfig(read, data),
    ...edgeConfig(read),
    ...operationsConfig(read),
    ...hooksConfig(read, data),
  };
}

/** @returns what stands in the way of reading it at all, or what was read */
export function malformed(env: Env): {
  faults: string[];
  read: Read | null;
} {
  try {
    return { faults: [], read: readEnvironment(gatewayEnvironment, env) };
  } catch (error) {
    if (error instanceof EnvironmentError) return { faults: error.findings.map(plainly), read: null };
    throw error;
  }
}

function plainly(fault: string): string {
  return fault.replace(
    /: Invalid input: .*received undefined$/,
    ': not set, and needed; docs/environment.md says what it is',
  );
}
