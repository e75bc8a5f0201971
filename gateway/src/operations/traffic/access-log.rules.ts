/** Lines of the access log as text: written by hand and many at once, for a line is made for every request. */
import type { AccessLine } from '#edge/http/access-line.ts';

/** @returns lines as the logger writes them: JSON, one each, with an end of line */
export function accessLogText(lines: readonly AccessLine[], name: string): string {
  const words: Words = { timeText: timeTexts(), kindText: kindTexts() };
  let text = '';
  for (const line of lines) text += lineText(line, name, words);
  return text;
}

/** What neighbouring lines have in common is put into words once. */
type Words = { timeText: (at: number) => string; kindText: (line: Kind) => string };

function lineText(line: AccessLine, name: string, { timeText, kindText }: Words): string {
  const { at, requestId, traceparent, receivedBytes, sentBytes, durationMs, limit } = line;
  return (
    `{"level":30,"time":"${timeText(at)}","name":"${name}","requestId":${quoted(requestId)},${kindText(line)}"receivedBytes":${receivedBytes},"sentBytes":${sentBytes},` +
    `"durationMs":${Math.round(durationMs * 100) / 100}${traceparent === null ? '' : `,"traceId":${quoted(traceparent.slice(3, 35))}`}` +
    `${limit === null ? '' : `,"limit":${quoted(limit)}`},"msg":"request"}\n`
  );
}

type Kind = Pick<AccessLine, 'method' | 'pluginId' | 'route' | 'status' | 'userId'>;

/** A client that asks often asks for the same. */
function kindTexts(): (line: Kind) => string {
  let last: Kind | null = null;
  let text = '';
  return (line) => {
    const { method, pluginId, route, status, userId } = line;
    const isSame =
      status === last?.status &&
      method === last.method &&
      pluginId === last.pluginId &&
      route === last.route &&
      userId === last.userId;
    if (isSame) return text;
    last = line;
    text = `"method":${quoted(method)},"pluginId":${quoted(pluginId)},"route":${quoted(route)},"status":${status},"userId":${quoted(userId)},`;
    return text;
  };
}

/** Most of it is ours and plain; what is not is escaped as JSON asks. */
function quoted(text: string | null): string {
  if (text === null) return 'null';
  return /^[\w ./*:~-]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Many requests end within one millisecond. */
function timeTexts(): (at: number) => string {
  let last = Number.NaN;
  let text = '';
  return (at) => {
    if (at !== last) {
      last = at;
      text = new Date(at).toISOString();
    }
    return text;
  };
}
