import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iconMaxBytes, iconPathIn, readIcon } from './icon.rules.ts';
import { useRig, shape, svg } from './testing/icons.ts';

useRig();

const cleaned = (text: string): string => {
  const reading = readIcon('/i.svg', Buffer.from(text));
  return reading.ok ? reading.icon.bytes.toString('utf8') : `refused: ${reading.reason}`;
};

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(8 + body.length);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), 4 + body.length);
  return framed;
}
function png(width = 1, height = 1, more: Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const head = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    head,
    chunk('IHDR', header),
    ...more,
    chunk('IDAT', deflateSync(Buffer.from([0, 255, 0, 0]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('hazard M9: pictures of strangers', () => {
  test('an ordinary picture comes out as it was drawn, gradients and transformations included', () => {
    const drawn = svg(
      `<defs><linearGradient id="a" x1="0" x2="1"><stop offset="0" stop-color="#f00"/></linearGradient><linearGradient id="b" href="#a"/></defs><g transform="rotate(45 12 12)" fill="url(#b)">${shape}</g>`,
    );
    const text = cleaned(
      `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">${drawn}`,
    );
    expect(text).toContain('<stop offset="0" stop-color="#f00">');
    expect(text).toContain('<linearGradient id="b" href="#a">');
    expect(text).toContain(
      '<g transform="rotate(45 12 12)" fill="url(#b)"><path d="M1 1h22v22z"></path></g>',
    );
    expect(cleaned(svg('<path style="fill:#123;stroke:none" d="M0 0"/>'))).toContain(
      '<path fill="#123" stroke="none" d="M0 0">',
    );
  });

  test.each([
    ['a script', svg(`<script>alert(1)</script>${shape}`)],
    ['a script of elsewhere', svg(`<script href="https://evil.example/x.js"/>${shape}`)],
    ['a script in CDATA', svg(`<script><![CDATA[alert(1)]]></script>${shape}`)],
    [
      'a script under another prefix',
      `<x:svg xmlns:x="http://www.w3.org/2000/svg"><x:script>alert(1)</x:script><x:path d="M0 0"/></x:svg>`,
    ],
    ['a handler', svg(shape, ' onload="alert(1)"')],
    ['a handler in capitals', svg('<path d="M0 0" ONCLICK="alert(1)"/>')],
    [
      'foreign content',
      svg(
        `<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></body></foreignObject>${shape}`,
      ),
    ],
    [
      'HTML in the open',
      svg(`<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/>${shape}`),
    ],
    ['a javascript: link', svg(`<a href="javascript:alert(1)">${shape}</a>${shape}`)],
    ['an outside picture', svg(`<image href="https://evil.example/x.png"/>${shape}`)],
    [
      'an outside use',
      svg(
        `<use xlink:href="https://evil.example/x.svg#a" xmlns:xlink="http://www.w3.org/1999/xlink"/>${shape}`,
      ),
    ],
    ['an outside gradient', svg(`<linearGradient id="a" href="https://evil.example/x.svg#a"/>${shape}`)],
    ['an outside paint', svg('<path d="M0 0" fill="url(https://evil.example/x)"/>')],
    ['a quoted outside paint', svg(`<path d="M0 0" fill="url('//evil.example/x')"/>`)],
    ['an escaped outside paint', svg(String.raw`<path d="M0 0" fill="\75rl(https://evil.example/x)"/>`)],
    [
      'an outside paint in a style',
      svg('<path d="M0 0" style="fill:red;background:url(https://evil.example/x)"/>'),
    ],
    ['a style sheet', svg(`<style>@import 'https://evil.example/x.css';</style>${shape}`)],
    [
      'a style sheet by instruction',
      `<?xml-stylesheet href="https://evil.example/x.xsl" type="text/xsl"?>${svg(shape)}`,
    ],
    ['an animation that sets a link', svg(`<set attributeName="href" to="javascript:alert(1)"/>${shape}`)],
    ['an entity written out', svg(`<path d="M0 0" fill="&#106;avascript&#58;alert(1)"/>`)],
    ['a base', svg(shape, ' xml:base="https://evil.example/"')],
  ])('%s is not there afterwards', (_, hostile) => {
    const text = cleaned(hostile);
    expect(text).toContain('<path');
    expect(text).not.toMatch(
      /script|alert|evil|javascript|onload|onclick|foreign|iframe|image|style|use|import|set|base/i,
    );
    // What came out is already clean: a second look finds nothing.
    expect(cleaned(text)).toBe(text);
  });

  test.each([
    [
      'entities of its own',
      `<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${svg(`<path d="&b;"/>`)}`,
      /entities/,
    ],
    [
      'an outside entity',
      `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('<title>&x;</title>')}`,
      /entities/,
    ],
    ['an unknown entity', svg('<path d="&nope;"/>'), /well-formed/],
    ['a page', '<html><script>alert(1)</script></html>', /neither/],
    [
      'a page that says it is one',
      '<!doctype html><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0">',
      /well-formed/,
    ],
    ['HTML with the name', '<svg><path d="M0 0"/></svg>', /neither a PNG nor an SVG/],
    ['nothing to draw', svg('<script>alert(1)</script>'), /nothing is left/],
    ['elements without end', svg('<g/>'.repeat(3000)), /more than 2000/],
    ['nested without end', svg('<g>'.repeat(9000)), /deeper than 32/],
    ['cut off', '<svg xmlns="http://www.w3.org/2000/svg"><path', /well-formed/],
    ['not UTF-8', Buffer.from([0xff, 0xfe, 0x3c, 0x00]).toString('latin1'), /neither/],
    ['nothing', '', /well-formed/],
  ])('%s: refused, with the reason', (_, hostile, reason) => {
    expect(cleaned(hostile)).toMatch(reason);
  });

  test('what multiplies itself is left out: use, and cut-outs within cut-outs', () => {
    const lolling = Array.from(
      { length: 20 },
      (_, n) => `<g id="g${n + 1}"><use href="#g${n}"/><use href="#g${n}"/></g>`,
    ).join('');
    expect(cleaned(svg(`<path id="g0" d="M0 0"/>${lolling}`))).not.toContain('use');
    const nested = svg(
      `<clipPath id="a"><path clip-path="url(#b)" d="M0 0"/></clipPath><g clip-path="url(#a)">${shape}</g>`,
    );
    expect(cleaned(nested).split('clip-path=').length).toBe(2);
  });

  test('no text whatever comes out with anything but elements and attributes of the list', () => {
    const names = fc.constantFrom(
      'svg',
      'g',
      'path',
      'script',
      'style',
      'use',
      'a',
      'x:script',
      'foreignObject',
      'linearGradient',
      'image',
    );
    const keys = fc.constantFrom(
      'd',
      'fill',
      'href',
      'xlink:href',
      'onload',
      'style',
      'id',
      'xml:base',
      'class',
      'src',
    );
    const values = fc.oneof(
      fc.constantFrom(
        'javascript:alert(1)',
        'url(https://e)',
        'url(#a)',
        '#a',
        'red',
        '&quot;&gt;&lt;script&gt;',
        'fill:url(//e)',
      ),
      fc.string(),
    );
    const escaped = values.map((value) =>
      value.replaceAll(/[<"]/g, '').replaceAll(/&(?!quot;|gt;|lt;)/g, ''),
    );
    const nodeWith = (inside: fc.Arbitrary<string[]>): fc.Arbitrary<string> =>
      fc
        .tuple(
          names,
          fc.uniqueArray(fc.tuple(keys, escaped), { selector: ([key]) => key, maxLength: 3 }),
          inside,
        )
        .map(
          ([name, attributes, inner]) =>
            `<${name} ${attributes.map(([key, value]) => `${key}="${value}"`).join(' ')}>${inner.join('')}</${name}>`,
        );
    const leaf = nodeWith(fc.constant([]));
    const nodes = nodeWith(fc.array(nodeWith(fc.array(leaf, { maxLength: 2 })), { maxLength: 2 }));
    const head =
      'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:x="http://www.w3.org/2000/svg"';
    let drawn = 0;
    fc.assert(
      fc.property(fc.array(nodes, { maxLength: 5 }), (inner) => {
        const text = cleaned(`<svg ${head}>${shape}${inner.join('')}</svg>`);
        if (text.startsWith('refused')) return;
        drawn++;
        const left = text.replaceAll(
          /<\/?(?:svg|g|path|linearGradient)(?: (?:xmlns="http:\/\/www\.w3\.org\/2000\/svg"|(?:d|fill|id|href)="[^"<>]*"))*>/g,
          '',
        );
        expect(left).toBe('');
        expect(text).not.toMatch(/javascript|url\((?!#)|href="(?!#)/i);
      }),
      { numRuns: 500 },
    );
    expect(drawn).toBeGreaterThan(100);
  });

  test('a PNG keeps what draws and nothing else; animations, texts and profiles stay behind', () => {
    const reading = readIcon(
      '/i.png',
      png(1, 1, [
        chunk('tEXt', Buffer.from('Comment\0<script>')),
        chunk('acTL', Buffer.alloc(8)),
        chunk('zTXt', Buffer.alloc(9)),
      ]),
    );
    expect(reading).toMatchObject({
      ok: true,
      icon: { contentType: 'image/png', note: 'left out of it: tEXt, acTL, zTXt' },
    });
    expect(reading.ok && reading.icon.bytes.equals(png())).toBe(true);
    // What hangs behind the end is a file in a file.
    const behind = readIcon('/i.png', Buffer.concat([png(), Buffer.from('<script>alert(1)</script>')]));
    expect(behind.ok && behind.icon.bytes.equals(png())).toBe(true);
  });

  test.each<[string, Buffer, RegExp]>([
    ['a picture of many pixels in few bytes', png(50_000, 50_000), /50000 × 50000 pixels/],
    ['no area', png(0, 1), /no area/],
    ['cut off', png().subarray(0, -8), /cut off/],
    [
      'a length that leads out of it',
      Buffer.concat([png().subarray(0, 33), Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.alloc(20)]),
      /cut off/,
    ],
    [
      'a wrong checksum',
      Buffer.concat([png().subarray(0, 20), Buffer.from([9]), png().subarray(21)]),
      /checksum/,
    ],
    [
      'a signature and a script',
      Buffer.concat([png().subarray(0, 8), Buffer.from('<script>alert(1)</script>')]),
      /cut off|header/,
    ],
    ['a picture that is too large', Buffer.alloc(iconMaxBytes + 1), /larger than 64 KiB/],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /neither/],
  ])('PNG, %s: refused', (_, bytes, reason) => {
    const reading = readIcon('/i.png', bytes);
    expect(reading.ok ? 'taken' : reading.reason).toMatch(reason);
  });

  test('only a relative path that stays below the container is asked for', () => {
    expect(
      ['file-text', 'ui/icon.svg', 'a.png', '../a.png', 'a/./b.svg', 'a/../../b.svg'].map(iconPathIn),
    ).toEqual([null, '/ui/icon.svg', '/a.png', null, null, null]);
  });
});
