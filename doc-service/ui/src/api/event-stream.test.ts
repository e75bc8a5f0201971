import { expect, test } from 'vitest';

import { eventsIn } from './event-stream.ts';

test('I8: events are read whole however the bytes are cut, and comments are passed over', async () => {
  const bytes = new TextEncoder().encode(
    'retry: 2000\n\nevent: status\ndata: {"a":"ü"}\n\n: here\n\nevent: documents\r\ndata: 1\r\ndata: 2\r\n\r\nevent: cut',
  );
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const events = [];
  for await (const event of eventsIn(body)) events.push(event);
  expect(events).toEqual([
    { name: 'status', data: '{"a":"ü"}' },
    { name: 'documents', data: '1\n2' },
  ]);
});
