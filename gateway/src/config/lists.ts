/** Lists in variables: entries with commas between them. */

export function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry writes lists in variables. */
export function readPairs(list: string, complain: (message: string) => void): Record<string, string> {
  return Object.fromEntries(
    entriesOf(list).flatMap((entry) => {
      const [, name, value = ''] = /^([\w.-]+)\s*=\s*(.*)$/.exec(entry) ?? [];
      try {
        if (name !== undefined) return [[name, decodeURIComponent(value)]];
      } catch {
        // Told below. The value is not repeated: it may be a secret.
      }
      complain(`an entry is not of the form name=value${name === undefined ? '' : ` (${name})`}`);
      return [];
    }),
  );
}
