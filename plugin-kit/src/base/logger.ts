/** Structured logs: one JSON object a line on standard output, gathered, without secrets. */
import { pino, stdSerializers, type Logger } from 'pino';

export type { Logger };

/** Fields of these names are never written, at the top or up to two objects deep. */
const secretNames: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'secret',
  'set-cookie',
  'x-csrf-token',
]);
const deepest = 3;

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
      // By hand: Pino's own redaction follows some thirty paths with wildcards and costs several times the
      // rest of a line.
      formatters: { log: (fields) => withoutSecrets(fields) },
      serializers: {
        err: (error: Error) => withoutSecrets({ ...stdSerializers.err(error) }),
        // What a child of the logger always says goes through serializers alone.
        ...Object.fromEntries([...secretNames].map((name) => [name, () => '[secret]'])),
      },
    },
    destination,
  );
  destinations.set(log, destination);
  return log;
}

/**
 * For lines that are made in masses and hold nothing to redact: one write for all of them, in order with the
 * rest.
 * @param text whole lines of JSON as pino writes them, each with its end of line
 */
export function writeLogText(log: Logger, text: string): void {
  destinations.get(log)?.write(text);
}

export function isSecretName(name: string): boolean {
  return secretNames.has(name);
}

/** Whether `writeLogText` reaches the log: it is one of `createLogger`. */
export function takesLogText(log: Logger): boolean {
  return destinations.has(log);
}

type Fields = Record<string, unknown>;

/** @returns the same object where there is nothing to hide, which is nearly always */
function withoutSecrets(fields: Fields, depth = 1): Fields {
  let clean: Fields | null = null;
  for (const name in fields) {
    const value = fields[name];
    const shown = secretNames.has(name) ? '[secret]' : shownOf(value, depth);
    if (shown === value) continue;
    clean ??= { ...fields };
    clean[name] = shown;
  }
  return clean ?? fields;
}

function shownOf(value: unknown, depth: number): unknown {
  if (depth >= deepest || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const shown = value.map((item: unknown) => shownOf(item, depth + 1));
    return shown.some((item, index) => item !== value[index]) ? shown : value;
  }
  return isFields(value) ? withoutSecrets(value, depth + 1) : value;
}

/** Errors have a serializer, which hides what is theirs; dates and the like say how they are written. */
function isFields(value: object): value is Fields {
  return !(value instanceof Error) && !('toJSON' in value);
}
