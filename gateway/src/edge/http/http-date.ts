/** The `date` line of answers, made once a second. */
export class HttpDate {
  private second = 0;
  private line = '';

  /** @param now milliseconds since the epoch */
  lineAt(now: number): string {
    const second = Math.floor(now / 1000);
    if (second !== this.second) {
      this.second = second;
      this.line = `date: ${new Date(now).toUTCString()}\r\n`;
    }
    return this.line;
  }
}
