/**
 * Loggers of modules. A hook may write a line for every request: plain lines are put into words by hand and
 * written many at once, as the access log is; what is not plain, a warning and an error go the usual way.
 */
import { isSecretName, takesLogText, writeLogText, type Logger } from '@berth/plugin-kit/base/logger.ts';
import type { HookLogger } from '@berth/plugin-kit/hooks/hooks.ts';

export type HookLoggers = {
  of: (module: string) => HookLogger;
  /** Writes what was gathered. */
  flush: () => void;
};

const gatherMs = 100;
const mostGathered = 64 * 1024;

export function hookLoggers(log: Logger, now: () => number): HookLoggers {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NaN;
  let timeText = '';

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = gathered;
    gathered = '';
    if (text !== '') writeLogText(log, text);
  };
  const timeOf = (at: number): string => {
    if (at !== last) {
      last = at;
      timeText = new Date(at).toISOString();
    }
    return timeText;
  };
  const gather = (text: string): void => {
    gathered += text;
    if (gathered.length >= mostGathered) flush();
    else timer ??= setTimeout(flush, gatherMs).unref();
  };

  return {
    flush,
    of: (module) => {
      const usual = log.child({ plugin: module });
      if (!takesLogText(log)) return usual;
      const { name } = log.bindings();
      const fixed = `"name":${JSON.stringify(name)},"plugin":${JSON.stringify(module)}`;
      /** Lines stay in their order. */
      const usually =
        (level: 'debug' | 'info' | 'warn' | 'error') =>
        (...said: unknown[]): void => {
          flush();
          Reflect.apply(usual[level], usual, said);
        };
      const gatheredLine = (level: 'debug' | 'info') => {
        const number = log.levels.values[level];
        const otherwise = usually(level);
        return (...said: unknown[]): void => {
          if (!log.isLevelEnabled(level)) return;
          const [fields, words] = said;
          const text = said.length <= 2 ? plainFields(fields) : null;
          if (text === null || typeof words !== 'string') return otherwise(...said);
          gather(`{"level":${number},"time":"${timeOf(now())}",${fixed}${text},"msg":${quoted(words)}}\n`);
        };
      };
      return {
        debug: gatheredLine('debug'),
        info: gatheredLine('info'),
        warn: usually('warn'),
        error: usually('error'),
      };
    },
  };
}

/** @returns `,"name":value` of each field; `null` where one needs more than to be written as it is */
function plainFields(fields: unknown): string | null {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields) || fields instanceof Error)
    return null;
  let text = '';
  for (const [name, value] of Object.entries(fields)) {
    const shown = plainValue(value);
    if (shown === null || isSecretName(name)) return null;
    text += `,${quoted(name)}:${shown}`;
  }
  return text;
}

function plainValue(value: unknown): string | null {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

/** Most of it is plain; what is not is escaped as JSON asks. */
function quoted(text: string): string {
  return /^[\w ./*:@-]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}
