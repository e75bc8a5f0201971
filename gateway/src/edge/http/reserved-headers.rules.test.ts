import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRequestHead } from './request-head.ts';
import { reservedHeaders } from './reserved-headers.rules.ts';

const passes = (name: string): boolean => readRequestHead([name, 'ann']).passed.length > 0;

describe('hazard H12: what a client claims to be ends here', () => {
  // Named one by one, and not read from the table that is tested.
  test.each([
    'Remote-User',
    'Remote-Groups',
    'X-Remote-User',
    'X-Remote-Group',
    'X-Gateway-User',
    'X-Auth-Request-Email',
    'X-Auth-User',
    'X-Auth-Username',
    'X-Authentik-Username',
    'X-WebAuth-User',
    'Tailscale-User-Login',
    'Cf-Access-Authenticated-User-Email',
    'Cf-Access-Jwt-Assertion',
    'X-Goog-Authenticated-User-Email',
    'X-Goog-IAP-JWT-Assertion',
    'X-Amzn-Oidc-Identity',
    'X-Ms-Client-Principal',
    'X-Ms-Client-Principal-Name',
    'X-Forwarded-User',
    'X-Forwarded-Email',
    'X-Forwarded-Groups',
    'X-Forwarded-Access-Token',
    'X-Forwarded-Client-Cert',
    'X-Pomerium-Claim-Email',
    'X-Vouch-User',
    'X-Token-Subject',
    'X-Consumer-Username',
    'X-Credential-Identifier',
    'X-Client-Cert',
    'Ssl-Client-Verify',
    'X-SSL-Client-S-DN',
    'Client-Cert',
    'X-Original-URL',
    'X-User',
    'X-User-Id',
  ])('%s, in every spelling', (name) => {
    const spelling = fc
      .tuple(
        fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }),
        fc.array(fc.constantFrom('-', '-', '_', '.', '~', '--'), { minLength: 8, maxLength: 8 }),
      )
      .map(([upper, dashes]) => {
        let dash = 0;
        const turned = name
          .split('')
          .map((letter, at) => (upper[at] === true ? letter.toUpperCase() : letter.toLowerCase()));
        return turned.map((letter) => (letter === '-' ? (dashes[dash++] ?? '-') : letter)).join('');
      })
      // Two dashes in place of one make another name, which no application knows.
      .filter((spelt) => !spelt.includes('--'));
    expect(passes(name)).toBe(false);
    fc.assert(
      fc.property(spelling, (spelt) => !passes(spelt)),
      { numRuns: 100 },
    );
  });

  test('every row of the table, whatever stands behind a family', () => {
    const rows = reservedHeaders.flatMap(({ names = [], families = [] }) => [
      ...names,
      ...families,
      ...families.map((family) => `${family}abc`),
      ...families.map((family) => `${family}abc`.toUpperCase()),
    ]);
    expect(rows.filter(passes)).toEqual([]);
    for (const { because } of reservedHeaders) expect(because).not.toBe('');
  });

  test('what applications and their clients need passes', () => {
    const needed = [
      'Accept',
      'Content-Type',
      'Range',
      'If-None-Match',
      'User-Agent',
      'Referer',
      'Cookie',
      'Origin',
      'X-Requested-With',
      'X-API-Key',
      'X-Auth-Token',
      'X-Auth-Key',
      'X-Access-Token',
      'X-CSRFToken',
      'X-XSRF-TOKEN',
      'X-Goog-Upload-Protocol',
      'X-Goog-Api-Key',
      'X-Amz-Date',
      'X-Amzn-Trace-Id',
      'X-Ms-Blob-Type',
      'X-Ms-Version',
      'X-Hasura-Role',
      'X-Scope-OrgID',
      'X-Grafana-Org-Id',
      'X-Correlation-Id',
      'X-Token',
      'X-Client-Version',
      'X-Client-Id',
      'Tus-Resumable',
      'Upload-Offset',
      'Destination',
      'Depth',
      'Prefer',
      'Idempotency-Key',
      'Last-Event-ID',
      'Sec-Fetch-Mode',
      'Sec-WebSocket-Extensions',
      'DPoP',
      'baggage',
      'tracestate',
      'HX-Request',
    ];
    expect(needed.filter((name) => !passes(name))).toEqual([]);
  });
});
