/** Everything that a start would say against the environment, at once: the start asks it, and `berth env validate` at any time. */
import { providersIn } from '#identity/oidc/providers.store.ts';
import { gatewayEnvironment, malformed, readConfig, type Config } from './config.ts';
import { settingFindings, stopsStart, wordsOf } from './config/findings.rules.ts';
import { unknownNames } from './config/unknown-names.rules.ts';

export type Verdict = {
  /** `null`: with what is in `refusals` nothing starts. */
  config: Config | null;
  refusals: string[];
  warnings: string[];
};

/** @param isProduction stricter: other people rely on it. Values are not repeated, for they may be secrets. */
export function validate(
  env: Record<string, string | undefined>,
  isProduction = env['NODE_ENV'] === 'production',
): Verdict {
  const { faults, read } = malformed(env);
  const findings = [...settingFindings(env), ...unknownNames(env, Object.keys(gatewayEnvironment.shape))];
  const refusals = [
    ...faults,
    ...findings.filter((finding) => stopsStart(finding, isProduction)).map(wordsOf),
    ...providersFaults(read?.BERTH_OIDC_FILE ?? env['BERTH_OIDC_FILE']),
  ];
  const warnings = findings.filter((finding) => !stopsStart(finding, isProduction)).map(wordsOf);
  return {
    config:
      refusals.length > 0 ? null : readConfig({ ...env, NODE_ENV: isProduction ? 'production' : undefined }),
    refusals,
    warnings,
  };
}

function providersFaults(file: string | undefined): string[] {
  try {
    providersIn(file || null);
    return [];
  } catch (error) {
    return [`BERTH_OIDC_FILE: ${error instanceof Error ? error.message : String(error)}`];
  }
}
