/**
 * Logs of files with a JSON object a line: `LOG_FOLDER=/var/log/berth node
 * examples/connector-loki/connector-loki.ts`.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogItem } from '@berth/plugin-kit/contract/capabilities/logs.ts';
import { createContainer, logs, type CapabilityCall } from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { matcher, readLine, type Matches } from './lines.ts';
import { linesAsWritten, linesBackwards } from './log-file.ts';
import { manifest } from './manifest.ts';

const { PORT = '9011', HOST, LOG_FOLDER = 'data/logs' } = process.env;
const { BERTH_GATEWAY_URL: gatewayUrl = 'http://127.0.0.1:8000', BERTH_INTERNAL_URL: internalUrl } =
  process.env;

/** One answer reads so many lines at most; what is older comes with the cursor. */
const maxLinesRead = 200_000;
/** Programs that write into one file are not exactly in order. */
const disorderMs = 60_000;

function pathOf({ options }: CapabilityCall): string {
  const file = options['file'];
  if (typeof file !== 'string' || !/^[A-Za-z0-9][\w.-]*$/.test(file))
    throw new Problem('bad-request', { detail: 'The option "file" names no file.' });
  return join(LOG_FOLDER, file);
}

async function opened(path: string) {
  try {
    return await open(path);
  } catch (cause) {
    throw new Problem('unavailable', {
      detail: 'The log file is not there.',
      headers: { 'retry-after': '5' },
      cause,
    });
  }
}

function matcherOf(...[query, filters]: Parameters<typeof matcher>): Matches {
  try {
    return matcher(query, filters);
  } catch (cause) {
    throw new Problem('bad-request', { detail: 'The regular expression is none (RE2).', cause });
  }
}

/** A cursor is a place in one very file: after a rotation it names nothing. */
function endOf(cursor: string | null, { ino, size }: { ino: number; size: number }): number {
  if (cursor === null) return size;
  const [, inode, place] = /^(\d+)-(\d+)$/.exec(cursor) ?? [];
  if (Number(inode) === ino && Number(place) <= size) return Number(place);
  throw new Problem('bad-request', { detail: 'The cursor is of a file that was begun anew. Search again.' });
}

const container = createContainer({ manifest, gatewayUrl, internalUrl });
container.capability(
  'lines',
  logs({
    search: async ({ query, filters, from, to, limit, cursor }, call) => {
      const matches = matcherOf(query, filters);
      const [since, until] = [Date.parse(from), Date.parse(to)];
      const file = await opened(pathOf(call));
      try {
        const { ino, size } = await file.stat();
        const items: LogItem[] = [];
        let linesRead = 0;
        for await (const { text, start } of linesBackwards(file, endOf(cursor, { ino, size }))) {
          const item = readLine(text);
          const at = item ? Date.parse(item.at) : until;
          if (at < since - disorderMs) return { items };
          if (item && at >= since && at < until && matches(item)) items.push(item);
          linesRead++;
          if (items.length === limit || linesRead === maxLinesRead)
            return { items, next_cursor: start > 0 ? `${ino}-${start}` : null };
        }
        return { items };
      } finally {
        await file.close();
      }
    },
    schema: () => ({
      fields: [
        { name: 'level', values: ['error', 'warning', 'info', 'debug'] },
        { name: 'message' },
        { name: 'method', description: 'Of a request' },
        { name: 'pluginId', description: 'Which extension was asked' },
        { name: 'status', type: 'number' },
        { name: 'userId', description: 'Who asked' },
      ],
    }),
    tail: async function* ({ query, filters }, call) {
      const matches = matcherOf(query, filters);
      for await (const line of linesAsWritten(pathOf(call), call.signal)) {
        const item = readLine(line);
        if (item && matches(item)) yield item;
      }
    },
  }),
);
const { stop } = await container.serve({ port: Number(PORT), host: HOST });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
