import { BlockList } from 'node:net';
import { describe, expect, test } from 'vitest';
import { clientAddressReader, networkOf } from './client-address.ts';

describe('hazards H5 and S6: whose address counts', () => {
  const trusted = new BlockList();
  trusted.addSubnet('10.0.0.0', 8, 'ipv4');
  trusted.addAddress('::1', 'ipv6');
  const read = clientAddressReader(trusted);

  test.each([
    ['nobody listed', '192.0.2.1', ['x-forwarded-for', '1.1.1.1'], '192.0.2.1'],
    ['a listed proxy', '10.1.1.1', ['X-Forwarded-For', '1.1.1.1'], '1.1.1.1'],
    [
      'the right-most untrusted hop',
      '10.1.1.1',
      ['x-forwarded-for', '6.6.6.6, 1.1.1.1, 10.2.2.2'],
      '1.1.1.1',
    ],
    [
      'several lines in order',
      '10.1.1.1',
      ['x-forwarded-for', '6.6.6.6', 'x-forwarded-for', '1.1.1.1'],
      '1.1.1.1',
    ],
    ['nonsense ends the walk', '10.1.1.1', ['x-forwarded-for', '6.6.6.6, unknown, 10.2.2.2'], '10.2.2.2'],
    ['no header', '10.1.1.1', [], '10.1.1.1'],
    ['an IPv4 address in IPv6 clothes', '::ffff:10.1.1.1', ['x-forwarded-for', '::FFFF:1.1.1.1'], '1.1.1.1'],
    ['IPv6', '::1', ['x-forwarded-for', '2001:db8::5'], '2001:db8::5'],
  ])('%s', (_, remote, rawHeaders, expected) => {
    expect(read(remote, rawHeaders)).toBe(expected);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000:ffff::2', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('the network of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
