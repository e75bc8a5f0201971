/** Mail, and accounts that rely on it. */
import { isThisMachine, parsed, type Env, type Finding } from './finding.rules.ts';

/** Letters name their sender and carry links that open accounts. */
export function mail({
  BERTH_SMTP_URL: url,
  BERTH_MAIL_FROM: from,
  BERTH_PUBLIC_URL: address,
}: Env): Finding[] {
  if (url === undefined) {
    if (from === undefined) return [];
    return [
      {
        setting: 'BERTH_MAIL_FROM',
        problem: 'names a sender, and there is no mail server',
        fix: 'set BERTH_SMTP_URL too',
        stops: 'never',
      },
    ];
  }
  const findings: Finding[] = [];
  if (from === undefined)
    findings.push({
      setting: 'BERTH_MAIL_FROM',
      problem: 'letters need a sender',
      fix: 'set it, such as Berth <berth@your.domain>',
      stops: 'always',
    });
  if (address === undefined)
    findings.push({
      setting: 'BERTH_PUBLIC_URL',
      problem: 'letters carry links, which need it',
      fix: 'set it to the address that browsers use',
      stops: 'always',
    });
  const smtp = parsed(url);
  if (!smtp || isThisMachine(smtp.hostname)) return findings;
  const setting = 'BERTH_SMTP_URL';
  const isOff =
    smtp.searchParams.get('ignoreTLS') === 'true' || smtp.searchParams.get('requireTLS') === 'false';
  if (smtp.searchParams.get('tls.rejectUnauthorized') === 'false')
    findings.push({
      setting,
      problem: 'the mail server’s certificate is not checked',
      fix: 'give it one that is good',
      stops: 'production',
    });
  if (smtp.protocol === 'smtps:') return findings;
  if (smtp.password !== '' && isOff)
    findings.push({
      setting,
      problem: 'the password would travel in clear text',
      fix: 'leave ignoreTLS and requireTLS out, or write smtps://',
      stops: 'production',
    });
  else if (smtp.searchParams.get('requireTLS') !== 'true' && smtp.password === '')
    findings.push({
      setting,
      problem: 'letters may travel in clear text, with links that open accounts',
      fix: 'write smtps://, or add ?requireTLS=true',
      stops: 'never',
    });
  return findings;
}

export function registration({
  BERTH_REGISTRATION: registration = 'open',
  BERTH_PUBLIC_URL: url,
  BERTH_SMTP_URL: smtp,
}: Env): Finding[] {
  const address = url === undefined ? null : parsed(url);
  if (registration !== 'open' || smtp !== undefined || !address || isThisMachine(address.hostname)) return [];
  const problem = 'anybody who reaches the gateway can make an account, and without mail for any address';
  return [
    {
      setting: 'BERTH_REGISTRATION',
      problem,
      fix: 'set it to invited or closed, or set BERTH_SMTP_URL',
      stops: 'never',
    },
  ];
}
