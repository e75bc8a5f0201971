/** Structured logs: one JSON object a line on standard output, gathered, without secrets. */
import { pino, type Logger } from 'pino';

export type { Logger };

const secretPaths = [
  'authorization',
  'cookie',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'secret',
  'set-cookie',
  'x-csrf-token',
];

const destinations = new WeakMap<Logger, { write: (text: string) => unknown }>();

/** @param level as pino's; `silent` for tests. */
export function createLogger(name: string, level = 'info'): Logger {
  const destination = pino.destination({ dest: 1, sync: false, minLength: 0 });
  const log = pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: secretPaths.flatMap((path) =>
          path.includes('-') ? [`["${path}"]`, `*["${path}"]`] : [path, `*.${path}`, `*.*.${path}`],
        ),
        censor: '[secret]',
      },
    },
    destination,
  );
  destinations.set(log, destination);
  return log;
}

/**
 * For lines that are made in masses and hold nothing to redact: one write for all of them, in order with the rest.
 * @param text whole lines of JSON as pino writes them, each with its end of line
 */
export function writeLogText(log: Logger, text: string): void {
  destinations.get(log)?.write(text);
}
