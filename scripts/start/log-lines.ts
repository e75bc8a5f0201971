/** Turns the servers' structured log lines into lines for people. */
const levels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const known = new Set(['level', 'time', 'name', 'msg', 'pid', 'hostname', 'err']);
const longestValue = 200;

/**
 * `{"level":40,"time":"2026-11-20T22:51:20.123Z","msg":"down","plugin":"x"}` → `22:51:20 warn  down  plugin=x`.
 * @returns null for what people need not see: anything below `info`, and the access log
 */
export function readableLine(line: string): string | null {
  const record = parse(line);
  if (!record) return line.trim() === '' ? null : line;
  const level = typeof record['level'] === 'number' ? record['level'] : 30;
  if (level < 30 || record['msg'] === 'request') return null;
  const time = typeof record['time'] === 'string' ? record['time'].slice(11, 19) : '';
  const message = typeof record['msg'] === 'string' ? record['msg'] : '';
  const details = Object.entries(record).filter(([key, value]) => !known.has(key) && value !== null);
  return [
    time,
    (levels[level] ?? String(level)).padEnd(5),
    message,
    ...details.map(([key, value]) => `${key}=${short(value)}`),
    ...errorOf(record['err']),
  ]
    .filter(Boolean)
    .join(' ');
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null ? { ...read } : null;
  } catch {
    return null;
  }
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function errorOf(err: unknown): string[] {
  if (typeof err !== 'object' || err === null) return [];
  if ('stack' in err && typeof err.stack === 'string') return [`\n${err.stack}`];
  return 'message' in err && typeof err.message === 'string' ? [`(${err.message})`] : [];
}
