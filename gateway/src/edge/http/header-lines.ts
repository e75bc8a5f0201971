/** Header lines in the two forms that are sent. Neither holds a byte that could begin another line. */

/** A header name or value that cannot be sent as it is. */
export class UnsendableHeader extends Error {
  override readonly name = 'UnsendableHeader';
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII, blanks and obs-text (RFC 9110 5.5), one byte each in Latin-1. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

export class HeaderLines {
  /** Name, value, name, value … */
  readonly list: readonly string[];
  private made: string | null = null;

  constructor(list: readonly string[]) {
    this.list = list;
  }

  /** `name: value`, each with its line end. Made when it is first asked for. @throws UnsendableHeader */
  get text(): string {
    return (this.made ??= textOf(this.list));
  }

  /** Both forms are fit for the wire when this returns. @throws UnsendableHeader */
  assertSendable(): void {
    void this.text;
  }
}

/** @param lines name, value, name, value … @throws UnsendableHeader */
export function textOf(lines: readonly string[]): string {
  const parts: string[] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const name = lines[index] ?? '';
    const value = lines[index + 1] ?? '';
    if (!token.test(name) || unsendable.test(value))
      throw new UnsendableHeader(`the header ${JSON.stringify(name)} holds a byte that cannot be sent`);
    parts.push(name, ': ', value, '\r\n');
  }
  // Joined and not added up: the text is sent often, and one that is a tree of pieces would be put together
  // each time.
  return parts.join('');
}

export function isSendable(value: string): boolean {
  return !unsendable.test(value);
}

/** @param name in lower case @returns what each line of that name says */
export function valuesOf(headers: readonly string[], name: string): string[] {
  return headers.filter((_value, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
}

/** Whether a list of tokens, such as that of `connection`, holds this one. @param wanted in lower case */
export function hasToken(value: string, wanted: string): boolean {
  return value
    .toLowerCase()
    .split(/[\s,]+/)
    .includes(wanted);
}

/** The part of `text` from `start` to `stop`, without the blanks around it. */
export function withoutBlanks(text: string, start: number, stop: number): string {
  let from = start;
  let to = stop;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Drops the lines that a peer's `connection` names (RFC 9110 7.6.1), but for those that `kept` holds. */
export function dropNamed(lines: string[], connection: string, kept: ReadonlySet<string>): void {
  const named = new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !kept.has(name)),
  );
  let to = 0;
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const name = lines[index] ?? '';
    if (named.has(name.toLowerCase())) continue;
    lines[to] = name;
    lines[to + 1] = lines[index + 1] ?? '';
    to += 2;
  }
  lines.length = to;
}

const maxSpellings = 2048;

/**
 * What a header name is, found out once for each of its spellings. The spellings of an attacker are not kept
 * for long.
 */
export function bySpelling<Kind>(kindOf: (name: string) => Kind): (name: string) => Kind {
  const known = new Map<string, Kind>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const kind = kindOf(name);
    if (known.size >= maxSpellings) known.clear();
    if (name.length <= 64) known.set(name, kind);
    return kind;
  };
}
