/**
 * The one decision about a request target: made on the raw bytes, before anything is matched, and what passes
 * goes on as it came. So the path that is checked is the path that the container gets.
 */

export type PathVerdict =
  /** An encoded slash or an empty segment (`//`) goes on where a route asks for it. */
  | { ok: true; hasEncodedSlash: boolean; hasEmptySegment: boolean }
  /** Words for a person. */
  | { ok: false; reason: string };

const plain: PathVerdict = { ok: true, hasEncodedSlash: false, hasEmptySegment: false };
const refused = (reason: string): PathVerdict => ({ ok: false, reason });

const notAPath = refused('The request target must be a path that begins with one slash.');
const forbiddenByte = refused('The request target holds a byte that a path cannot hold unescaped.');
const backslash = refused('The path holds a backslash, plain or encoded.');
const dotSegment = refused('The path holds a dot segment, plain or encoded.');
const badEscape = refused('The path holds a percent escape that is not valid UTF-8.');
const controlByte = refused('The path holds an encoded control byte.');

const slash = 47;
/** A server further on may decode once more than expected. */
const maxDecodings = 3;

/** @param rawUrl path and query as they came on the wire */
export function judgePath(rawUrl: string): PathVerdict {
  if (rawUrl.charCodeAt(0) !== slash || rawUrl.charCodeAt(1) === slash) return notAPath;
  let pathEnd = -1;
  let hasPercent = false;
  let hasDot = false;
  let hasEmptySegment = false;
  let previous = 0;
  for (let index = 0; index < rawUrl.length; index++) {
    const code = rawUrl.charCodeAt(index);
    if (code <= 32 || code >= 127 || code === 35) return forbiddenByte;
    if (pathEnd >= 0) continue;
    if (code === 63) pathEnd = index;
    else if (code === 92) return backslash;
    else if (code === 37) hasPercent = true;
    else if (code === slash && previous === slash) hasEmptySegment = true;
    else if (code === 46 && previous === slash) hasDot = true;
    previous = code;
  }
  if (!hasPercent && !hasDot && !hasEmptySegment) return plain;
  const path = pathEnd < 0 ? rawUrl : rawUrl.slice(0, pathEnd);
  if (hasDot && holdsDotSegment(path)) return dotSegment;
  const fault = hasPercent ? faultOfEscapes(path) : null;
  return fault ?? { ok: true, hasEncodedSlash: hasPercent && /%2f/i.test(path), hasEmptySegment };
}

function faultOfEscapes(path: string): PathVerdict | null {
  let decoded = path;
  for (let round = 0; round < maxDecodings && decoded.includes('%'); round++) {
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      // Only the first decoding is everybody's: `100%25` is `100%`, which is the end of it.
      if (round === 0) return badEscape;
      break;
    }
    if (/[\u0000-\u001f\u007f]/.test(decoded)) return controlByte;
    if (decoded.includes('\\')) return backslash;
    if (holdsDotSegment(decoded)) return dotSegment;
  }
  return null;
}

/** A path parameter (`..;x`) does not hide a dot segment: some servers cut it off before they resolve. */
function holdsDotSegment(path: string): boolean {
  return /(?:^|\/)\.\.?(?:[/;]|$)/.test(path);
}
