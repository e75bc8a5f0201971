/**
 * What a text looks like in a few numbers (MinHash over runs of words): the share of equal numbers is about the share of
 * runs that two texts have in common. A document costs the same few hundred bytes whatever its length.
 */

/** @property bands documents that share one are worth comparing */
export type Sketch = { numbers: number[]; bands: number[] };

const count = 64;
const rowsInBand = 4;
const wordsInRun = 3;
/** Fewer words say too little of a text. */
const leastWords = 20;
/** More are not looked at: what begins alike for so long is told as alike. */
const mostWords = 6_000;

/** Odd numbers, one for each place of the sketch. */
const factors = Uint32Array.from({ length: count }, (_, at) => (Math.imul(at + 1, 0x9e3779b1) | 1) >>> 0);

/** @returns null for a text of too few words */
export function sketchOf(text: string): Sketch | null {
  const words = wordsOf(text);
  if (words.length < leastWords) return null;
  const least = new Uint32Array(count).fill(0xffffffff);
  for (let at = 0; at + wordsInRun <= words.length; at++) {
    const run = hashOf(words.slice(at, at + wordsInRun).join(' '));
    // Some hundred thousand times for a long text: no iterator here.
    for (let place = 0; place < count; place++) {
      const value = mixed(Math.imul(run, factors[place] ?? 1));
      if (value < (least[place] ?? 0)) least[place] = value;
    }
  }
  const numbers = [...least].map((value) => value | 0);
  const bands = Array.from(
    { length: count / rowsInBand },
    (_, band) => hashOf(`${band}:${numbers.slice(band * rowsInBand, (band + 1) * rowsInBand).join()}`) | 0,
  );
  return { numbers, bands };
}

/** @returns between 0 and 1 */
export function likeness(one: readonly number[], other: readonly number[]): number {
  return one.filter((value, at) => value === other[at]).length / count;
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    words.push(word);
    if (words.length === mostWords) break;
  }
  return words;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The last steps of MurmurHash3: each bit depends on all. */
function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
