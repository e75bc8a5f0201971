import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalHost, ourHosts } from './our-hosts.ts';

const refusalOf = (host: string, names: string[] = ['berth.example', 'berth.lan:8000'], isTls = true) => {
  try {
    return ourHosts(names, isTls)(host);
  } catch (error) {
    return error instanceof Error && 'status' in error ? error.status : error;
  }
};

describe('hazard P12: a host has one spelling, and names are ours or not', () => {
  test.each([
    ['berth.example', 'berth.example'],
    ['BERTH.Example', 'berth.example'],
    ['berth.example.', 'berth.example'],
    ['berth.example:443', 'berth.example'],
    ['Berth.Example.:443', 'berth.example'],
    ['berth.lan:8000', 'berth.lan:8000'],
    ['127.0.0.1', '127.0.0.1'],
    ['10.1.2.3:8443', '10.1.2.3:8443'],
    ['[::1]:8000', '[::1]:8000'],
    ['[2001:DB8:0:0::7]', '[2001:db8::7]'],
    ['localhost:5173', 'localhost:5173'],
    ['LOCALHOST.', 'localhost'],
    ['notes.localhost', 'notes.localhost'],
  ])('%s is %s', (host, canonical) => expect(refusalOf(host)).toBe(canonical));

  test.each([
    ['another name', 'rebound.example'],
    ['a name below ours', 'a.berth.example'],
    ['a name that ends in ours', 'evilberth.example'],
    ['ours below another', 'berth.example.evil'],
    ['an odd port', 'berth.example:99'],
    ['the other scheme’s port', 'berth.example:80'],
    ['no port where one is listed', 'berth.lan'],
    ['localhost below another', 'localhost.evil'],
    ['an address below another', '127.0.0.1.evil'],
    ['a single label', 'berth'],
  ])('421: %s', (_, host) => expect(refusalOf(host)).toBe(421));

  test.each([
    ['none', ''],
    ['a dot', '.'],
    ['two dots at the end', 'berth.example..'],
    ['an empty label', 'berth..example'],
    ['a space', 'a b'],
    ['a path', 'berth.example/x'],
    ['a user', 'user@berth.example'],
    ['an escape', 'b%65rth.example'],
    ['a letter that lower case turns into a k', '\u212aerth.example'],
    ['an empty port', 'berth.example:'],
    ['port 0', 'berth.example:0'],
    ['a port beyond all ports', 'berth.example:65536'],
    ['a port with a zero before it', 'berth.example:0443'],
    ['two ports', 'berth.example:443:443'],
    ['a short address', '127.1'],
    ['an address as a number', '2130706433'],
    ['an address in hexadecimal', '0x7f000001'],
    ['an octal address', '0177.0.0.1'],
    ['an address out of range', '256.0.0.1'],
    ['half an IPv6 address', '[::1'],
    ['an IPv6 address without brackets', '::1'],
    ['an IPv6 address that is none', '[:::1]'],
    ['a zone', '[fe80::1%eth0]'],
    ['a long label', `${'a'.repeat(64)}.example`],
    ['a long name', `${'a.'.repeat(150)}example`],
  ])('400: %s', (_, host) => expect(refusalOf(host)).toBe(400));

  test('what is canonical stays as it is, and any spelling of the same host is the same', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
    const host = fc.tuple(
      fc.array(label, { minLength: 1, maxLength: 4 }),
      fc.option(fc.integer({ min: 1, max: 65_535 })),
      fc.boolean(),
    );
    fc.assert(
      fc.property(host, ([labels, port, isTls]) => {
        const suffix = port === null ? '' : `:${port}`;
        const canonical = canonicalHost(labels.join('.') + suffix, isTls);
        expect(canonical).not.toBeNull();
        expect(canonicalHost(canonical ?? '', isTls)).toBe(canonical);
        expect(canonicalHost(`${labels.join('.').toUpperCase()}.${suffix}`, isTls)).toBe(canonical);
      }),
    );
  });

  test('however many spellings somebody tries, ours stays ours', () => {
    const ourHost = ourHosts(['berth.example'], true);
    for (let index = 0; index < 2_000; index++) ourHost(`10.0.${index >> 8}.${index & 255}`);
    expect(ourHost('BERTH.example')).toBe('berth.example');
    expect(() => ourHost('evil.example')).toThrow('does not answer to this name');
  });
});
