import type { ServerResponse } from 'node:http';

/** Server-sent events of the fake archive. */
export function createStreams(statusOf: () => unknown) {
  const open = new Set<ServerResponse>();
  const send = (response: ServerResponse, name: string, data: unknown) =>
    response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  return {
    open(response: ServerResponse): void {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      open.add(response);
      response.on('close', () => open.delete(response));
      send(response, 'status', statusOf());
    },
    tell(ids: readonly string[]): void {
      for (const response of open) {
        send(response, 'status', statusOf());
        send(response, 'documents', { ids, is_all: false });
      }
    },
    end(): void {
      for (const response of open) response.destroy();
    },
  };
}
