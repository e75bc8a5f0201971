/** Server-sent events (WHATWG HTML 9.2) of a service, read one at a time and bounded. */

export type ServerEvent = { event: string; data: string };

/**
 * @param maxBytes of the whole stream; what goes beyond ends it
 * @param maxEventBytes of one event, roughly: it is counted in UTF-16 units
 * @throws RangeError beyond a limit
 */
export async function* serverEvents(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  maxEventBytes = maxBytes,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let [rest, sizeBytes] = ['', 0];
  let current: { event: string; data: string[] } = { event: '', data: [] };
  let eventBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > maxEventBytes) throw new RangeError(`more than ${maxEventBytes} bytes in one event`);
    for (const line of lines) {
      if (line === '') {
        if (current.data.length > 0) yield { event: current.event, data: current.data.join('\n') };
        current = { event: '', data: [] };
        eventBytes = 0;
        continue;
      }
      eventBytes += line.length;
      if (eventBytes > maxEventBytes) throw new RangeError(`more than ${maxEventBytes} bytes in one event`);
      const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'data') current.data.push(value ?? '');
      if (field === 'event') current.event = value ?? '';
    }
  }
  if (current.data.length > 0) yield { event: current.event, data: current.data.join('\n') };
}
