/** Times as people say them, with the exact one on hover, in the reader's locale and time zone. */
import { useProfile } from '#api/session.ts';
import { useLocale } from '#words/use-locale.ts';

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

export function When({ at }: { at: string }) {
  const reader = useReader();
  return (
    <time dateTime={at} title={exactTime(at, reader)}>
      {relative(Date.parse(at), Date.now(), reader.locale)}
    </time>
  );
}

/** The same of what is to come: what should have come already comes at any moment. */
export function Soon({ at }: { at: string }) {
  return <When at={new Date(Math.max(Date.parse(at), Date.now())).toISOString()} />;
}

type Reader = { locale: string; timeZone: string | undefined };

export function exactTime(at: string, { locale, timeZone }: Reader): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(
    new Date(at),
  );
}

/** @returns `14:02`, as the offline state says it. */
export function clockTime(at: string, reader: Reader): string {
  return new Intl.DateTimeFormat(reader.locale, {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: reader.timeZone,
  }).format(new Date(at));
}

/**
 * Dates and numbers are written as the words are. The time zone is what the person chose; `undefined` leaves
 * it to the browser, also where the browser does not know the choice.
 */
export function useReader(): Reader {
  const profile = useProfile();
  return {
    locale: useLocale(),
    timeZone: known(
      () => new Intl.DateTimeFormat(undefined, { timeZone: profile?.time_zone || undefined }),
      profile?.time_zone,
    ),
  };
}

export function relative(atMs: number, nowMs: number, locale?: string): string {
  const seconds = Math.round((atMs - nowMs) / 1000);
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.round(seconds / length), unit);
}

function known(attempt: () => unknown, value: string | undefined): string | undefined {
  if (!value) return undefined;
  try {
    attempt();
    return value;
  } catch {
    return undefined;
  }
}
