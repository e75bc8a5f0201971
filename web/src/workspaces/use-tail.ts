/** Lines as they come, over an event stream that is open while the page is open. */
import type { LogItem } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useEffect, useState } from 'react';
import { tailAddress, type LogSearch, type Place } from '#api/capability-calls.ts';
import { msg, t, type Message } from '#words/words.ts';

/** More than these are not kept: the newest count. */
const maxLines = 500;

const endings: Readonly<Record<string, Message>> = {
  'signed-out': msg('You are signed out.'),
  'not-allowed': msg('You may not read these logs any more.'),
  'out-of-protocol': msg('Its source sent something that is no line.'),
  ended: msg('Its source ended the stream. Switch it on again to go on.'),
  shutdown: msg('Berth is restarted. Switch it on again in a moment.'),
};

type Tail = { lines: readonly LogItem[]; words: string; fault: string | null };

function nothingYet(): Tail {
  return { lines: [], words: t('Opening the stream'), fault: null };
}

export function useTail(
  place: Place,
  { query, filters }: Pick<LogSearch, 'query' | 'filters'>,
  isLive: boolean,
): Tail {
  const [tail, setTail] = useState(nothingYet);
  const address = tailAddress(place, { query, filters });
  useEffect(() => {
    if (!isLive) return;
    setTail(nothingYet());
    const stream = new EventSource(address);
    const fail = (fault: string) => {
      stream.close();
      setTail((old) => ({ ...old, words: t('Not live any more'), fault }));
    };
    stream.addEventListener('open', () =>
      setTail((old) => ({ ...old, words: t('Live, waiting for a line') })),
    );
    stream.addEventListener('message', ({ data }) => {
      const line = readLine(data);
      if (line)
        setTail((old) => ({
          ...old,
          lines: [line, ...old.lines].slice(0, maxLines),
          words: t('Live, newest first'),
        }));
    });
    stream.addEventListener('end', ({ data }) =>
      fail(t(endings[reasonIn(data)] ?? msg('The stream ended.'))),
    );
    stream.addEventListener('error', () => {
      // The browser tries again by itself where the stream was open before.
      if (stream.readyState === EventSource.CLOSED)
        fail(t('The live view could not be opened. Its source may not offer it; search instead.'));
    });
    return () => stream.close();
  }, [address, isLive]);
  return tail;
}

function readLine(data: unknown): LogItem | null {
  const value = parsed(data);
  if (!isRecord(value)) return null;
  const { at, message, level, fields } = value;
  if (typeof at !== 'string' || typeof message !== 'string') return null;
  return {
    at,
    message,
    level: typeof level === 'string' ? level : null,
    fields: isRecord(fields)
      ? Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, plain(one)]))
      : {},
  };
}

function plain(value: unknown): LogItem['fields'][string] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function reasonIn(data: unknown): string {
  const value = parsed(data);
  return isRecord(value) && typeof value['reason'] === 'string' ? value['reason'] : '';
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
