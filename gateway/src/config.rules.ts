/**
 * What Berth's own settings can get wrong although each of them is well-formed: hazard S7. Looks at the environment as
 * text, so that it has its say also where something else is malformed. Values are not repeated: they may be secrets.
 */
import { isIP } from 'node:net';

export type Finding = {
  /** The variable, or the file that it names. */
  setting: string;
  problem: string;
  /** What to do about it. */
  fix: string;
  /** `always`: nothing starts with it. `production`: nothing starts with it where NODE_ENV says so. `never`: a warning. */
  stops: 'always' | 'production' | 'never';
};

type Env = Readonly<Record<string, string | undefined>>;

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

/** Words of examples, and one character again and again. */
const exampleSecret = /change.?me|example|placeholder|your[-_ ]|12345678|(.)\1{7}/i;
const commonPasswords: ReadonlySet<string> = new Set([
  'postgres',
  'password',
  'secret',
  'admin',
  'root',
  'test',
  'berth',
  'changeme',
  'example',
  '1234',
  '123456',
]);
const leastPasswordLength = 12;

function publicUrl({ BERTH_PUBLIC_URL: url, BERTH_HOST: host }: Env): Finding[] {
  const setting = 'BERTH_PUBLIC_URL';
  if (url === undefined) {
    if (host === undefined || isThisMachine(host)) return [];
    const problem =
      'not set, though other machines reach the gateway: session cookies are not Secure, and no name of it is known but those in BERTH_PUBLIC_HOSTS';
    return [{ setting, problem, fix: 'set it to the https address that browsers use', stops: 'production' }];
  }
  const { protocol, hostname, username, password, pathname, search, hash } = parsed(url) ?? {};
  if (protocol === undefined || hostname === undefined) return [];
  const findings: Finding[] = [];
  if (protocol === 'http:' && !isThisMachine(hostname))
    findings.push({
      setting,
      problem: 'http: passwords and session cookies travel in clear text, and the cookies are not Secure',
      fix: 'put TLS in front and write https://',
      stops: 'production',
    });
  if (username || password)
    findings.push({
      setting,
      problem: 'holds a user name or a password',
      fix: 'leave scheme, host and port alone',
      stops: 'always',
    });
  if ((pathname !== undefined && pathname !== '/') || search || hash)
    findings.push({
      setting,
      problem: 'holds more than scheme, host and port',
      fix: 'Berth answers at the root of a host: leave the rest out',
      stops: 'always',
    });
  return findings;
}

/** A database on this very machine may have what password it likes. */
function database({ DATABASE_URL: url, PGPASSWORD, PGPASSFILE }: Env): Finding[] {
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

function secrets({
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

/** Whom to believe about where a request came from: a network that nearly everybody is in is nobody to believe. */
function proxies({ BERTH_TRUSTED_PROXIES: list = '' }: Env): Finding[] {
  const wide = list.split(',').some((entry) => {
    const [address = '', prefix] = entry.trim().split('/');
    return isIP(address) !== 0 && prefix !== undefined && Number(prefix) < (isIP(address) === 6 ? 32 : 8);
  });
  if (!wide) return [];
  const problem =
    'trusts so large a network that clients can say for themselves where they come from: no limit by address holds';
  return [
    { setting: 'BERTH_TRUSTED_PROXIES', problem, fix: 'name the proxy’s own address', stops: 'always' },
  ];
}

/** A proxy on this machine that nobody lists brings everybody's connections as its own. */
function connections({
  BERTH_CONNECTIONS_PER_ADDRESS: limit,
  BERTH_HOST: host = '',
  BERTH_PUBLIC_URL: url,
  BERTH_TRUSTED_PROXIES: trusted,
}: Env): Finding[] {
  const address = url === undefined ? null : parsed(url);
  if (
    limit === undefined ||
    limit === '0' ||
    trusted !== undefined ||
    !isThisMachine(host) ||
    !address ||
    isThisMachine(address.hostname)
  )
    return [];
  const problem =
    'counts everybody together: they come through a proxy on this machine, and no proxy is trusted';
  return [
    {
      setting: 'BERTH_CONNECTIONS_PER_ADDRESS',
      problem,
      fix: 'set BERTH_TRUSTED_PROXIES to the proxy’s address',
      stops: 'never',
    },
  ];
}

/** Letters name their sender and carry links that open accounts. */
function mail({ BERTH_SMTP_URL: url, BERTH_MAIL_FROM: from, BERTH_PUBLIC_URL: address }: Env): Finding[] {
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

function registration({
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
      problem: 'opens a debugger: who reaches it reads every secret',
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

function parsed(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @param host as in a URL, or an address; none at all is a socket of this machine */
function isThisMachine(host: string): boolean {
  return (
    ['', 'localhost', '::1', '[::1]'].includes(host) ||
    host.endsWith('.localhost') ||
    /^127(\.\d{1,3}){3}$/.test(host)
  );
}
