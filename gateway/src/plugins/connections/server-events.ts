/** Server-sent events (WHATWG HTML 9.2) of a service, read one at a time and bounded. */

export type ServerEvent = { event: string; data: string };

/**
 * @param maxBytes of the whole stream; what goes beyond ends it
 * @throws RangeError beyond the limit
 */
export async function* serverEvents(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let [rest, sizeBytes] = ['', 0];
  let current: { event: string; data: string[] } = { event: '', data: [] };
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (current.data.length > 0) yield { event: current.event, data: current.data.join('\n') };
        current = { event: '', data: [] };
        continue;
      }
      const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'data') current.data.push(value ?? '');
      if (field === 'event') current.event = value ?? '';
    }
  }
  if (current.data.length > 0) yield { event: current.event, data: current.data.join('\n') };
}
