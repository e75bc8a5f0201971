/** Passwords and tokens that anybody guesses. */
import {
  commonPasswords,
  decoded,
  exampleSecret,
  isThisMachine,
  parsed,
  type Env,
  type Finding,
} from './finding.rules.ts';

const leastPasswordLength = 12;

/** A database on this very machine may have what password it likes. */
export function database({ DATABASE_URL: url, PGPASSWORD, PGPASSFILE }: Env): Finding[] {
  const setting = 'DATABASE_URL';
  if (url === undefined) return [];
  const read = parsed(url);
  const password = read && decoded(read.password);
  if (!read || password === null || password === undefined)
    return [
      {
        setting,
        problem: 'not a URL',
        fix: 'write special characters of the password as %XX: # is %23, % is %25',
        stops: 'always',
      },
    ];
  if (isThisMachine(read.hostname)) return [];
  const random = 'give the user a random one: openssl rand -hex 32';
  if (commonPasswords.has(password.toLowerCase()))
    return [
      { setting, problem: 'the password is one that anybody tries first', fix: random, stops: 'always' },
    ];
  if (password === '') {
    const provesOtherwise =
      PGPASSWORD !== undefined || PGPASSFILE !== undefined || read.searchParams.has('sslcert');
    return provesOtherwise
      ? []
      : [
          {
            setting,
            problem: 'there is no password',
            fix: `${random}, or use a client certificate`,
            stops: 'production',
          },
        ];
  }
  if (exampleSecret.test(password))
    return [
      { setting, problem: 'the password is an example, or easily guessed', fix: random, stops: 'always' },
    ];
  if (password.length < leastPasswordLength)
    return [
      {
        setting,
        problem: `the password has fewer than ${leastPasswordLength} characters`,
        fix: random,
        stops: 'production',
      },
    ];
  return [];
}

export function secrets({
  BERTH_SETUP_TOKEN: setupToken,
  BERTH_METRICS_TOKEN: metricsToken,
  BERTH_SMTP_URL: smtpUrl,
}: Env): Finding[] {
  const findings: Finding[] = [];
  const guessable = 'an example, or easily guessed';
  if (setupToken !== undefined && exampleSecret.test(setupToken))
    findings.push({
      setting: 'BERTH_SETUP_TOKEN',
      problem: guessable,
      fix: 'leave it out for a random one',
      stops: 'always',
    });
  if (metricsToken !== undefined && exampleSecret.test(metricsToken))
    findings.push({
      setting: 'BERTH_METRICS_TOKEN',
      problem: guessable,
      fix: 'take a random one: openssl rand -hex 32',
      stops: 'always',
    });
  const smtp = smtpUrl === undefined ? null : parsed(smtpUrl);
  const smtpPassword = smtp && decoded(smtp.password);
  if (
    smtp &&
    smtpPassword &&
    !isThisMachine(smtp.hostname) &&
    (commonPasswords.has(smtpPassword.toLowerCase()) || exampleSecret.test(smtpPassword))
  )
    findings.push({
      setting: 'BERTH_SMTP_URL',
      problem: `the password is ${guessable}`,
      fix: 'give the mail account a random one',
      stops: 'production',
    });
  if (setupToken !== undefined && setupToken === metricsToken)
    findings.push({
      setting: 'BERTH_METRICS_TOKEN',
      problem: 'the same as BERTH_SETUP_TOKEN: who may read figures could make the first account',
      fix: 'take another one',
      stops: 'always',
    });
  return findings;
}
