/** Header lines in the two forms that carriers want, the second made when it is first asked for. */
export class HeaderLines {
  /** Name, value, name, value …: fit for the wire. */
  readonly list: readonly string[];
  private made: string | null = null;

  constructor(list: readonly string[]) {
    this.list = list;
  }

  /** `name: value`, each with its line end. */
  get text(): string {
    // Through bytes and back: one flat string, which costs the writer nothing however often it is sent.
    return (this.made ??= Buffer.from(textOf(this.list), 'latin1').toString('latin1'));
  }
}

/** @param lines name, value, name, value … */
export function textOf(lines: readonly string[]): string {
  let text = '';
  for (let index = 0; index + 1 < lines.length; index += 2) text += `${lines[index] ?? ''}: ${lines[index + 1] ?? ''}\r\n`;
  return text;
}

/** @param name in lower case @returns what each line of that name says */
export function valuesOf(headers: readonly string[], name: string): string[] {
  return headers.filter((_value, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
}
