/** What the settings say about addresses and networks, well-formed and yet dangerous. */
import { isIP } from 'node:net';
import { isThisMachine, parsed, type Env, type Finding } from './finding.rules.ts';

export function publicUrl({ BERTH_PUBLIC_URL: url, BERTH_HOST: host }: Env): Finding[] {
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

/** A trusted proxy says where a request came from: a very large network of them includes most clients. */
export function proxies({ BERTH_TRUSTED_PROXIES: list = '' }: Env): Finding[] {
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

/** All connections that come through a proxy on this machine count as one address unless the proxy is listed. */
export function connections({
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
