/** Header lines in the two forms that carriers want, the second made when it is first asked for. */
export class HeaderLines {
  /** Name, value, name, value …: fit for the wire. */
  readonly list: readonly string[];
  private made: string | null = null;
  private isFlat = false;

  constructor(list: readonly string[]) {
    this.list = list;
  }

  /** `name: value`, each with its line end. */
  get text(): string {
    if (this.made === null) return (this.made = textOf(this.list));
    if (!this.isFlat) {
      // Through bytes and back: one flat string, which costs the writer nothing however often it is sent from now on.
      this.isFlat = true;
      this.made = Buffer.from(this.made, 'latin1').toString('latin1');
    }
    return this.made;
  }
}

/** @param lines name, value, name, value … */
export function textOf(lines: readonly string[]): string {
  let text = '';
  for (let index = 0; index + 1 < lines.length; index += 2)
    text += `${lines[index] ?? ''}: ${lines[index + 1] ?? ''}\r\n`;
  return text;
}

/** @param name in lower case @returns what each line of that name says */
export function valuesOf(headers: readonly string[], name: string): string[] {
  return headers.filter((_value, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
}
