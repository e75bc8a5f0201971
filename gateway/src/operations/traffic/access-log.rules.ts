/** Lines of the access log as text: written by hand and many at once, for a line is made for every request. */
import type { AccessLine } from '#edge/http/access-line.ts';

/** @returns lines as the logger writes them: JSON, one each, with an end of line */
export function accessLogText(lines: readonly AccessLine[], name: string): string {
  let text = '';
  for (const line of lines) text += lineText(line, name);
  return text;
}

function lineText(line: AccessLine, name: string): string {
  const { at, requestId, traceparent, receivedBytes, sentBytes, durationMs, limit } = line;
  return (
    `{"level":30,"time":"${timeText(at)}","name":"${name}","requestId":${quoted(requestId)},${kindText(line)}"receivedBytes":${receivedBytes},"sentBytes":${sentBytes},` +
    `"durationMs":${Math.round(durationMs * 100) / 100}${traceparent === null ? '' : `,"traceId":${quoted(traceparent.slice(3, 35))}`}` +
    `${limit === null ? '' : `,"limit":${quoted(limit)}`},"msg":"request"}\n`
  );
}

type Kind = Pick<AccessLine, 'method' | 'pluginId' | 'route' | 'status' | 'userId'>;
let lastKind: Kind = { method: '', pluginId: null, route: null, status: 0, userId: null };
let lastKindText = '';

/** Who asks often asks for the same. */
function kindText(line: Kind): string {
  const { method, pluginId, route, status, userId } = line;
  const isSame =
    status === lastKind.status &&
    method === lastKind.method &&
    pluginId === lastKind.pluginId &&
    route === lastKind.route &&
    userId === lastKind.userId;
  if (isSame && lastKindText !== '') return lastKindText;
  lastKind = { method, pluginId, route, status, userId };
  lastKindText = `"method":${quoted(method)},"pluginId":${quoted(pluginId)},"route":${quoted(route)},"status":${status},"userId":${quoted(userId)},`;
  return lastKindText;
}

/** Most of it is ours and plain; what is not is escaped as JSON asks. */
function quoted(text: string | null): string {
  if (text === null) return 'null';
  return /^[\w ./*:~-]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

let lastAt = Number.NaN;
let lastText = '';

/** Many requests end within one millisecond. */
function timeText(at: number): string {
  if (at !== lastAt) {
    lastAt = at;
    lastText = new Date(at).toISOString();
  }
  return lastText;
}
