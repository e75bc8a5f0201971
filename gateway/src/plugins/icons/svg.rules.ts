/**
 * SVG pictures of strangers: read by a strict XML parser and written anew from a list of what draws. What is not on the
 * list is not there afterwards: scripts, styles, links, animations, handlers, foreign content, references to anywhere else
 * and what multiplies itself (`use`, patterns, filters), which can stall a browser though it runs no script.
 */
import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from 'saxes';
import type { Cleaning } from './icon.types.ts';

const svgNamespace = 'http://www.w3.org/2000/svg';
const linkNamespace = 'http://www.w3.org/1999/xlink';
const maxElements = 2000;
const maxDepth = 32;

const shapes = ['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon'];
const gradients: ReadonlySet<string> = new Set(['linearGradient', 'radialGradient']);
const elements: ReadonlySet<string> = new Set([
  'svg',
  'g',
  'defs',
  'clipPath',
  'stop',
  ...shapes,
  ...gradients,
]);

const geometry =
  'viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points transform gradientTransform gradientUnits spreadMethod offset pathLength preserveAspectRatio clipPathUnits';
const painting =
  'fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity color stop-color stop-opacity clip-rule paint-order vector-effect display visibility';
const paints: ReadonlySet<string> = new Set([...painting.split(' '), 'clip-path']);
const attributes: ReadonlySet<string> = new Set([...geometry.split(' '), ...paints]);

/** Described by nobody's words but ours: an author's own would end up in the note for admins. */
const words: ReadonlySet<string> = new Set(
  'script style foreignObject image use text a animate set filter mask pattern symbol switch title desc metadata marker iframe'.split(
    ' ',
  ),
);
/** Titles and editors' notes are not drawn anyway: nobody has to hear that they are gone. */
const silent: ReadonlySet<string> = new Set(['title', 'desc', 'metadata']);

class Refused extends Error {}

export function cleanedSvg(bytes: Buffer): Cleaning {
  const text = decoded(bytes);
  if (text === null) return { ok: false, reason: 'it is neither a PNG nor an SVG in UTF-8' };
  const writer = new Writer();
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', () => {
    throw new Refused('it is neither a PNG nor well-formed SVG');
  });
  parser.on('doctype', (type) => {
    // An internal subset defines entities: a few lines of it unfold to gigabytes.
    if (type.includes('[')) throw new Refused('it defines entities of its own');
  });
  parser.on('opentag', (tag) => writer.open(tag));
  parser.on('closetag', () => writer.close());
  try {
    parser.write(text).close();
  } catch (error) {
    return {
      ok: false,
      reason: error instanceof Refused ? error.message : 'it is neither a PNG nor well-formed SVG',
    };
  }
  if (writer.shapes === 0) return { ok: false, reason: 'nothing is left to draw once it is cleaned' };
  return { ok: true, bytes: Buffer.from(writer.text), leftOut: [...writer.leftOut].toSorted() };
}

function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

class Writer {
  text = '';
  shapes = 0;
  readonly leftOut = new Set<string>();
  /** Names of the open elements that are written. */
  private readonly path: string[] = [];
  private depth = 0;
  private count = 0;
  /** Depth of the outermost element that is left out with everything in it. */
  private skippedFrom: number | null = null;

  open({ local, uri, attributes: given }: SaxesTagNS): void {
    this.depth++;
    if (++this.count > maxElements) throw new Refused(`it has more than ${maxElements} elements`);
    if (this.depth > maxDepth) throw new Refused(`it is nested deeper than ${maxDepth} levels`);
    if (this.depth === 1 && (local !== 'svg' || uri !== svgNamespace))
      throw new Refused('it is neither a PNG nor an SVG');
    if (this.skippedFrom !== null) return;
    if (uri !== svgNamespace || !elements.has(local)) {
      this.skippedFrom = this.depth;
      if (uri === svgNamespace && !silent.has(local))
        this.leftOut.add(words.has(local) ? local : 'unknown elements');
      return;
    }
    this.text += `<${local}`;
    if (this.depth === 1) this.text += ` xmlns="${svgNamespace}"`;
    for (const attribute of Object.values(given)) this.write(local, attribute);
    this.text += '>';
    this.path.push(local);
    if (shapes.includes(local)) this.shapes++;
  }

  close(): void {
    if (this.skippedFrom === null) this.text += `</${this.path.pop()}>`;
    else if (this.skippedFrom === this.depth) this.skippedFrom = null;
    this.depth--;
  }

  private write(element: string, { local: name, uri, prefix, value }: SaxesAttributeNS): void {
    if (name === 'href' && (uri === linkNamespace || (uri === '' && prefix === ''))) {
      // Gradients may continue one another, in one line and without multiplying.
      if (gradients.has(element) && /^#[\w.:-]{1,128}$/.test(value)) this.text += ` href="${value}"`;
      else this.leftOut.add('references');
      return;
    }
    if (uri !== '' || prefix !== '') return;
    if (/^on/i.test(name)) this.leftOut.add('event handlers');
    else if (name === 'id') this.text += /^[\w.:-]{1,128}$/.test(value) ? ` id="${value}"` : '';
    else if (name === 'style')
      for (const [property, wanted] of declarationsIn(value)) this.put(property, wanted, paints);
    else this.put(name, value, attributes);
  }

  private put(name: string, value: string, known: ReadonlySet<string>): void {
    if (!known.has(name)) return;
    // Cut-outs within cut-outs double with each level.
    const isMultiplying = name === 'clip-path' && this.path.includes('clipPath');
    if (isMultiplying || !isHarmless(value))
      this.leftOut.add(/url\s*\(/i.test(value) ? 'references' : 'values');
    else this.text += ` ${name}="${value}"`;
  }
}

function declarationsIn(style: string): [string, string][] {
  return style.split(';').flatMap((declaration): [string, string][] => {
    const at = declaration.indexOf(':');
    return at < 0 ? [] : [[declaration.slice(0, at).trim(), declaration.slice(at + 1).trim()]];
  });
}

const functions = /([A-Za-z-]*)\s*\(/g;
const harmlessFunctions: ReadonlySet<string> = new Set(
  'rgb rgba hsl hsla matrix translate scale rotate skewX skewY'.split(' '),
);

/** Numbers, colours, words and transformations: no quote, colon, slash or escape, so that no address can be spelled. */
function isHarmless(value: string): boolean {
  const local = value.replaceAll(/\burl\(#[A-Za-z_][\w.-]{0,127}\)/g, ' ');
  if (!/^[A-Za-z0-9\s#.,%()+-]*$/.test(local)) return false;
  return [...local.matchAll(functions)].every(([, name = '']) => harmlessFunctions.has(name));
}
