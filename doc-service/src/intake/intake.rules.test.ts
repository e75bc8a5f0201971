import { describe, expect, test } from 'vitest';
import { isIgnored, isPdfName, matchesWildcard } from './ignore.rules.ts';
import { categoryOf, displayName, filenameOf, titleOf } from './names.rules.ts';
import { createSettle, type Fingerprint } from './settle.ts';

describe('H3 names that are passed over', () => {
  test.each([
    '.x.pdf',
    '~$x.pdf',
    'x.pdf.part',
    'x.crdownload',
    'Thumbs.db',
    '@eaDir',
    '.~lock.x.pdf#',
    '.syncthing.x.pdf.tmp',
  ])('%s', (name) => {
    expect(isIgnored(name, name, [])).toBe(true);
  });
  test.each(['x.pdf', 'X.PDF', '-x.pdf', 'a.part.pdf'])('%s is not one of them', (name) => {
    expect(isIgnored(name, name, [])).toBe(false);
    expect(isPdfName(name)).toBe(true);
  });
  test('patterns of the settings look at the name, or at the path when they hold a slash', () => {
    expect(isIgnored('Draft-1.pdf', 'a/Draft-1.pdf', ['draft-*'])).toBe(true);
    expect(isIgnored('x.pdf', 'old/x.pdf', ['old/*'])).toBe(true);
    expect(isIgnored('x.pdf', 'new/x.pdf', ['old/*'])).toBe(false);
  });
  test('a hostile pattern cannot stall', () => {
    const startedMs = performance.now();
    expect(matchesWildcard(`${'*a'.repeat(100)}b`, 'a'.repeat(255))).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});

test('H4 categories and titles', () => {
  expect(categoryOf('invoices/2026/bill.pdf')).toBe('invoices/2026');
  expect(categoryOf('bill.pdf')).toBeNull();
  expect(filenameOf('a/b.pdf')).toBe('b.pdf');
  expect([titleOf('my_bill.PDF'), titleOf('.pdf')]).toEqual(['my bill', '.pdf']);
  expect(displayName(Buffer.from([0x61, 0xff, 0x0a, 0x62]))).toBe('a\ufffd\ufffdb');
  expect(displayName(Buffer.from('u\u0308'))).toBe('ü');
});

describe('hazard D1: settled is what was quiet', () => {
  const look = (sizeBytes: bigint, changedMs: number): Fingerprint => ({
    sizeBytes,
    mtimeNs: BigInt(changedMs) * 1_000_000n,
    ctimeNs: BigInt(changedMs) * 1_000_000n,
    inode: '1',
  });
  const path = Buffer.from('a.pdf');

  test('every change begins the quiet period again; gone is forgotten', async () => {
    let nowMs = 100_000;
    let present: Fingerprint | null = look(1n, 100_000);
    const settle = createSettle({ quietMs: 2000, now: () => nowMs, look: () => Promise.resolve(present) });
    expect(settle.observe({ path, fingerprint: look(1n, 100_000) })).toBe(false);
    nowMs += 1999;
    expect(await settle.tick()).toEqual([]);
    present = look(2n, nowMs);
    nowMs += 1;
    expect(await settle.tick()).toEqual([]);
    nowMs += 2000;
    expect(await settle.tick()).toMatchObject([{ fingerprint: { sizeBytes: 2n } }]);
    settle.observe({ path, fingerprint: look(3n, nowMs) });
    present = null;
    nowMs += 2000;
    expect(await settle.tick()).toEqual([]);
    expect(settle.waiting()).toBe(0);
  });

  test('what did not change for long is believed at once; an old date of new bytes is not', () => {
    const settle = createSettle({ quietMs: 2000, now: () => 1_000_000, look: () => Promise.resolve(null) });
    expect(settle.observe({ path, fingerprint: look(1n, 10_000) })).toBe(true);
    expect(
      settle.observe({ path, fingerprint: { ...look(1n, 10_000), ctimeNs: 999_500n * 1_000_000n } }),
    ).toBe(false);
    expect(settle.observe({ path, fingerprint: look(1n, 2_000_000) })).toBe(false);
  });
});
