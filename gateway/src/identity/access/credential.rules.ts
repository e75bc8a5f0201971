/** Finds the credential in a request's headers, as they came on the wire. */
import { hash } from 'node:crypto';
import type { KeyScheme } from '@berth/plugin-kit/contract/manifest.ts';

export type Presented = { kind: 'bearer' | 'session'; value: string };

export type PresentedCredential = Presented | 'none' | 'invalid';

/** Spelt out, for a flag that folds case would fold every letter of a long token. */
const bearerForm = /^[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*)$/;
const schemeForm = /^(basic|token) +([A-Za-z0-9._~+/-]+=*)$/i;
const sessionTokenForm = /^[A-Za-z0-9_-]{43}$/;
const maxCredentialLength = 4096;

/**
 * A bearer token decides alone: where there is one, the cookie is not looked at, so a request never falls
 * back from a bad token to the signed-in person. Other schemes (a proxy's Basic) are none
 * of ours. What comes twice is ambiguous, and so is no credential at all.
 * @param rawHeaders name, value, name, value …
 * @param keys how else an API key may be sent; of what is none in such a place nothing is taken
 */
export function credentialIn(
  rawHeaders: readonly string[],
  cookieName: string,
  keys?: { schemes: readonly KeyScheme[]; isApiKey: (token: string) => boolean },
): PresentedCredential {
  const cookies: string[] = [];
  let authorization: string | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (name.length === 13 && name.toLowerCase() === 'authorization') {
      if (authorization !== null) return 'invalid';
      authorization = value;
    } else if (name.length === 6 && name.toLowerCase() === 'cookie') cookies.push(value);
  }
  if (authorization !== null && /^bearer\b/i.test(authorization)) {
    const value =
      authorization.length <= maxCredentialLength ? bearerForm.exec(authorization)?.[1] : undefined;
    return value === undefined ? 'invalid' : { kind: 'bearer', value };
  }
  const key = authorization !== null && keys ? keyIn(authorization, keys.schemes) : null;
  if (key !== null && keys?.isApiKey(key)) return { kind: 'bearer', value: key };
  // One header is the rule, and every request comes by here.
  const [only] = cookies;
  const found =
    cookies.length === 1 && only !== undefined
      ? cookieValues(only, cookieName)
      : cookies.flatMap((each) => cookieValues(each, cookieName));
  const [value] = found;
  if (value === undefined) return 'none';
  return found.length === 1 && sessionTokenForm.test(value) ? { kind: 'session', value } : 'invalid';
}

/** RFC 7617 for Basic: what stands behind the first colon; the user's name means nothing. */
function keyIn(authorization: string, schemes: readonly KeyScheme[]): string | null {
  if (authorization.length > maxCredentialLength) return null;
  const [, scheme = '', value = ''] = schemeForm.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'token' && schemes.includes('token')) return value;
  if (scheme.toLowerCase() !== 'basic' || !schemes.includes('basic')) return null;
  const pair = Buffer.from(value, 'base64').toString('latin1');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** What a credential is known by wherever it is remembered: nobody can use it. */
export function digestOf({ kind, value }: Presented): string {
  return hash('sha256', `${kind} ${value}`, 'base64');
}

/**
 * Every value under exactly this name. Only space and tab around a pair are white space (RFC 6265), so no
 * look-alike such as a no-break space before the name can shadow the real one.
 */
export function cookieValues(header: string, name: string): string[] {
  const values: string[] = [];
  for (let start = 0, end = 0; start <= header.length; start = end + 1) {
    const semicolon = header.indexOf(';', start);
    end = semicolon < 0 ? header.length : semicolon;
    let from = start;
    let to = end;
    while (from < to && isBlank(header.charCodeAt(from))) from++;
    while (to > from && isBlank(header.charCodeAt(to - 1))) to--;
    const equals = from + name.length;
    if (equals < to && header.charCodeAt(equals) === equalsSign && header.startsWith(name, from))
      values.push(header.slice(equals + 1, to));
  }
  return values;
}

const equalsSign = 0x3d;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
