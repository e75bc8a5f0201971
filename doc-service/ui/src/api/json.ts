/** Reading of answers, value by value: `unknown` until here. */

/** The answer was well-formed JSON of another shape: a bug of one side, shown as such. */
export class UnreadableAnswer extends Error {}

/** The objects of a list that an older server does not send. */
export function entries(json: unknown): Record<string, unknown>[] {
  return Array.isArray(json) ? json.filter(isRecord) : [];
}

export function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function record(json: unknown, name: string): Record<string, unknown> {
  if (!isRecord(json)) throw new UnreadableAnswer(`${name}: an object was expected`);
  return json;
}

export function list(json: unknown, name: string): unknown[] {
  if (!Array.isArray(json)) throw new UnreadableAnswer(`${name}: a list was expected`);
  return json;
}

export function text(json: unknown, name: string): string {
  if (typeof json !== 'string' && typeof json !== 'number')
    throw new UnreadableAnswer(`${name}: text was expected`);
  return String(json);
}

export function count(json: unknown, name: string): number {
  if (typeof json !== 'number' || !Number.isFinite(json) || json < 0)
    throw new UnreadableAnswer(`${name}: a number was expected`);
  return json;
}

export function amount(json: unknown): number {
  return typeof json === 'number' && json >= 0 ? json : 0;
}

export function words(json: unknown): string | null {
  return typeof json === 'string' && json !== '' ? json : null;
}

/** A value of a field in words: text, or a list of them. */
export function said(json: unknown): string | null {
  if (Array.isArray(json)) return words(json.filter((one) => typeof one === 'string').join(', '));
  if (isRecord(json))
    return said(
      Object.values(json)
        .map((one) => said(one) ?? '')
        .filter((one) => one !== ''),
    );
  return typeof json === 'number' ? String(json) : words(json);
}

export function strings(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((one) => typeof one === 'string') : [];
}
