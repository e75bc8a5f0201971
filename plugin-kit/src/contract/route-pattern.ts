/**
 * Route patterns of a manifest: literal segments, `*` for exactly one segment, `**` at the end for any number,
 * none included. Compared on raw segments: a literal that arrives percent-encoded without need does not match.
 */

/** A raw path's segments: `/a/b/` → `['a','b','']`, `/` → `['']`. */
export type Segments = readonly string[];

export function segmentsOf(rawPath: string): Segments {
  return rawPath.slice(1).split('/');
}

/** @returns a predicate over raw segments. A trailing slash counts as nothing more: `/a/` matches where `/a` does. */
export function compilePattern(pattern: string): (segments: Segments) => boolean {
  const parts = segmentsOf(pattern);
  const takesRest = parts.at(-1) === '**';
  const fixed = takesRest ? parts.slice(0, -1) : withoutTrailingEmpty(parts);
  return (segments) => {
    const length = segments.at(-1) === '' ? segments.length - 1 : segments.length;
    if (takesRest ? length < fixed.length : length !== fixed.length) return false;
    for (let index = 0; index < fixed.length; index++) {
      const segment = segments[index];
      if (fixed[index] === '*' ? segment === '' : fixed[index] !== segment) return false;
    }
    return true;
  };
}

function withoutTrailingEmpty(parts: Segments): Segments {
  return parts.at(-1) === '' ? parts.slice(0, -1) : parts;
}
