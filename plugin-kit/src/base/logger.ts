/** Structured logs: one JSON object a line on standard output, gathered, without secrets. */
import { pino, type Logger } from 'pino';

export type { Logger };

const secretPaths = ['authorization', 'cookie', 'password', 'token', 'access_token', 'refresh_token', 'secret', 'set-cookie', 'x-csrf-token'];

/** @param level as pino's; `silent` for tests. */
export function createLogger(name: string, level = 'info'): Logger {
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: secretPaths.flatMap((path) => (path.includes('-') ? [`["${path}"]`, `*["${path}"]`] : [path, `*.${path}`, `*.*.${path}`])),
        censor: '[secret]',
      },
    },
    pino.destination({ dest: 1, sync: false, minLength: 0 }),
  );
}
