/**
 * Server-sent events, as far as the edge has to know them: it may put in a last one of its own between two
 * whole ones.
 */
import { valuesOf } from './header-lines.ts';

/** @param headers of an answer: name, value, name, value … */
export function isReadableEventStream(headers: readonly string[]): boolean {
  const [type] = valuesOf(headers, 'content-type');
  return (
    type !== undefined &&
    /^text\/event-stream\s*(?:;|$)/i.test(type) &&
    valuesOf(headers, 'content-encoding').length === 0
  );
}

/** A blank line ends an event. What is cut within a line end counts as within an event. */
export function endsAnEvent(chunk: Buffer): boolean {
  const end = chunk.toString('latin1', Math.max(0, chunk.length - 4));
  return end.endsWith('\n\n') || end.endsWith('\r\n\r\n') || end.endsWith('\r\r');
}

/** The gateway's own last event: why the stream ends. */
export function endEvent(why: { reason: string; limit_ms?: number }): string {
  return `event: berth-end\ndata: ${JSON.stringify(why)}\n\n`;
}
