/**
 * Properties of the pure parts of the edge: what holds for every input, not for the ones that somebody
 * thought of.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findAddress } from './pipeline/match.ts';
import { judgePath } from './http/path.rules.ts';
import { isOurCookie, kindOf, readRequestHead } from './http/request-head.ts';
import { confineCookie } from './http/set-cookie.rules.ts';
import { FrameEnds } from './http/websocket-frames.ts';

const runs = { numRuns: 2_000 };
/** In any spelling that somebody further on might fold into it. */
const isReserved = (name: string) =>
  /^(?:x-user-|x-berth-|x-forwarded|x-original-|x-rewrite-|x-real-ip|forwarded|proxy-|te$|trailer$|keep-alive$|transfer-encoding$|content-length$|connection$|host$|authorization$|upgrade$|expect$)/.test(
    name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-'),
  );

describe('headers', () => {
  const named = fc.constantFrom(
    'x-user-id',
    'X_User_Id',
    'x.user.id',
    'X-Berth-Assertion',
    'x-forwarded-for',
    'X-Forwarded-User',
    'Forwarded',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'content-length',
    'Host',
    'Authorization',
    'Proxy-Authorization',
    'Upgrade',
    'Expect',
    'x-original-url',
    'Connection',
    'Keep-Alive',
    'Cookie',
    'X-Real-IP',
  );
  const free = fc.string({
    minLength: 1,
    maxLength: 20,
    unit: fc.constantFrom(..."abcxyzXYZ019-_.!~+'".split('')),
  });
  const value = fc.string({ maxLength: 12, unit: fc.constantFrom(...'ab ,;=-'.split('')) });

  test('of any head only plain names pass, none of them reserved in any spelling, with their values and in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(named, free), value), { maxLength: 12 }), (lines) => {
        const { passed } = readRequestHead(lines.flat());
        const pairs = passed.flatMap((name, index) =>
          index % 2 === 0 ? [[name, passed[index + 1] ?? ''] as const] : [],
        );
        for (const [name] of pairs) {
          expect(name).toMatch(/^[A-Za-z0-9-]+$/);
          expect(isReserved(name)).toBe(false);
        }
        let from = 0;
        for (const [name, text] of pairs) {
          const at = lines.findIndex(
            ([sent, sentText], index) =>
              index >= from && sent === name && (sentText === text || name.toLowerCase() === 'cookie'),
          );
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + 1;
        }
      }),
      runs,
    );
  });

  test('of any cookie line none of ours passes, and every other does', () => {
    const name = fc.constantFrom(
      'a',
      'berth_session',
      '__Host-berth_session',
      'BERTH_csrf',
      '__Secure-berth_x',
      'my_berth_',
      'b',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.constantFrom('1', 'x=y', '')), { minLength: 1, maxLength: 6 }),
        (cookies) => {
          const { passed } = readRequestHead([
            'Cookie',
            cookies.map(([key, text]) => `${key}=${text}`).join('; '),
          ]);
          const kept = (passed[1] ?? '')
            .split(';')
            .map((pair) => pair.trim())
            .filter((pair) => pair !== '');
          expect(kept).toEqual(
            cookies.filter(([key]) => !isOurCookie(key)).map(([key, text]) => `${key}=${text}`),
          );
        },
      ),
      runs,
    );
  });

  test('any cookie of a container stays below its own address, or does not come out', () => {
    const part = fc.constantFrom(
      'Path=/',
      'Path=/x',
      'path=/../..',
      'Path=//evil',
      'PATH=',
      'Domain=evil.example',
      'domain=.example',
      'HttpOnly',
      'Secure',
      'SameSite=None',
      ' path = /y',
      'Path="/"',
    );
    const whole = '/api/plugins/doc/app';
    const ownAddress = { origin: 'http://doc', prefix: whole, root: '', whole };
    const cookie = fc.constantFrom(
      'a=1',
      'berth_session=1',
      '__Host-berth_session=1',
      '__Host-a=1',
      '=x',
      'a',
      ' berth_csrf=1',
    );
    fc.assert(
      fc.property(cookie, fc.array(part, { maxLength: 5 }), (first, parts) => {
        const confined = confineCookie([first, ...parts].join('; '), ownAddress);
        if (confined === null) return;
        expect(confined).not.toMatch(/berth_/i);
        expect(confined).not.toMatch(/;\s*domain/i);
        const paths = [...confined.matchAll(/;\s*path\s*=\s*([^;]*)/gi)].map(([, path = '']) => path.trim());
        expect(paths).toHaveLength(1);
        expect(`${paths[0] ?? ''}/`.startsWith('/api/plugins/doc/app/')).toBe(true);
        expect(paths[0]).not.toMatch(/\.\./);
      }),
      runs,
    );
  });
});

describe('paths', () => {
  const mounts = new Map([
    ['/api/documents', 'doc'],
    ['/api/a/b', 'ab'],
  ]);
  const piece = fc.constantFrom(
    '/',
    '/api',
    '/api/plugins',
    '/doc',
    '/app',
    '/apps',
    '/documents',
    '/a',
    '/b',
    '-x',
    '?q=/../',
    '%2e',
    '%2f',
    '..',
    '.',
    ';',
    '//',
    '@evil',
    '~',
  );
  const target = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

  test('what is decided on is what came: prefix, rest and query are the target, and a prefix ends where a segment ends', () => {
    fc.assert(
      fc.property(target, (rawUrl) => {
        const address = findAddress(rawUrl, mounts);
        if (!address || address.kind === 'nowhere') return;
        expect(address.prefix + address.rest + address.query).toBe(rawUrl);
        expect(address.rest === '' || address.rest.startsWith('/')).toBe(true);
        expect(address.query === '' || address.query.startsWith('?')).toBe(true);
        if (address.kind === 'mount') expect(mounts.get(address.prefix)).toBe(address.pluginId);
      }),
      runs,
    );
  });

  test('what is no path of one slash is nobody’s and refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const isPath = text.startsWith('/') && !text.startsWith('//');
        if (!isPath) expect(findAddress(text, mounts)?.kind).toBe('nowhere');
        if (!text.startsWith('/')) expect(judgePath(text).ok).toBe(false);
      }),
      runs,
    );
  });
});

describe('spellings, lists and frames', () => {
  test('no spelling of a reserved name passes', () => {
    const reserved = fc.constantFrom(
      'x-user-id',
      'x-berth-assertion',
      'x-forwarded-for',
      'x-original-url',
      'proxy-authorization',
      'x-user-groups',
    );
    const spelt = fc
      .tuple(
        reserved,
        fc.array(fc.tuple(fc.nat(40), fc.constantFrom('_', '.', '!', '~', '+', "'", 'upper')), {
          maxLength: 6,
        }),
      )
      .map(([name, bends]) =>
        bends.reduce<string>((text, [at, bend]) => {
          const index = at % text.length;
          const char = text.charAt(index);
          return (
            text.slice(0, index) +
            (bend === 'upper' ? char.toUpperCase() : char.replace('-', bend)) +
            text.slice(index + 1)
          );
        }, name),
      );
    fc.assert(fc.property(spelt, (name) => kindOf(name) !== 'pass'));
  });

  test('what a connection list names is gone, and nothing else of what passes', () => {
    const name = fc.constantFrom('x-a', 'x-b', 'x-c', 'accept', 'x-d');
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.uniqueArray(name), (sent, named) => {
        const lines = [...sent.flatMap((each) => [each, '1']), 'Connection', named.join(', ')];
        const left = readRequestHead(lines).passed.filter((_, index) => index % 2 === 0);
        expect(left).toEqual(sent.filter((each) => !named.includes(each)));
      }),
    );
  });

  test('ends of frames are found however the bytes are cut', () => {
    const frame = fc.tuple(fc.constantFrom(0, 1, 125, 126, 300, 65_535, 65_536, 70_000), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 20 }),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map(([length, isMasked]) => frameOf(length, isMasked)));
          const ends = new FrameEnds();
          let at = 0;
          for (let turn = 0; at < bytes.length; turn++) {
            const chunk = bytes.subarray(at, at + (cuts[turn % cuts.length] ?? 1));
            at += ends.follow(chunk);
          }
          expect(ends.isBetweenFrames()).toBe(true);
          const stopping = new FrameEnds();
          expect(stopping.follow(bytes, true)).toBe(frameOf(...(frames[0] ?? [0, false])).length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function frameOf(length: number, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const head = length < 126 ? Buffer.from([0x82, mask | length]) : Buffer.alloc(length < 65_536 ? 4 : 10);
  if (length >= 126) {
    head[0] = 0x82;
    head[1] = mask | (length < 65_536 ? 126 : 127);
    if (length < 65_536) head.writeUInt16BE(length, 2);
    else head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, Buffer.alloc(isMasked ? 4 : 0), Buffer.alloc(length)]);
}
