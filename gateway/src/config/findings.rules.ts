/**
 * What Berth's own settings can get wrong although each of them is well-formed: hazard S7. Looks at the environment as
 * text, so that it has its say also where something else is malformed. Values are not repeated: they may be secrets.
 */
import type { Env, Finding } from './finding.rules.ts';
import { mail, registration } from './mail-findings.rules.ts';
import { connections, proxies, publicUrl } from './network-findings.rules.ts';
import { database, secrets } from './secret-findings.rules.ts';

export function stopsStart({ stops }: Finding, isProduction: boolean): boolean {
  return stops === 'always' || (stops === 'production' && isProduction);
}

/** One line, as it is told at start and by `berth env validate`. */
export function wordsOf({ setting, problem, fix }: Finding): string {
  return `${setting}: ${problem}; ${fix}`;
}

export function settingFindings(env: Env): Finding[] {
  return [publicUrl, database, secrets, proxies, connections, mail, registration, machine].flatMap((check) =>
    check(given(env)),
  );
}

/** Empty variables count as absent, as everywhere. */
function given(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

/** What Node itself is told. */
function machine({
  NODE_TLS_REJECT_UNAUTHORIZED: checks,
  NODE_OPTIONS: options = '',
  BERTH_LOG_LEVEL: level,
}: Env): Finding[] {
  const findings: Finding[] = [];
  if (checks === '0')
    findings.push({
      setting: 'NODE_TLS_REJECT_UNAUTHORIZED',
      problem: 'no certificate is checked, of OIDC providers and mail servers neither',
      fix: 'leave it out; NODE_EXTRA_CA_CERTS adds a certificate authority',
      stops: 'production',
    });
  if (/--inspect\b/.test(options))
    findings.push({
      setting: 'NODE_OPTIONS',
      problem: 'opens a debugger, which reads every secret',
      fix: 'leave --inspect out',
      stops: 'production',
    });
  if (level === 'debug')
    findings.push({
      setting: 'BERTH_LOG_LEVEL',
      problem: 'debug fills disks',
      fix: 'leave it out',
      stops: 'never',
    });
  return findings;
}
