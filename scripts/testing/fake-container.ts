/** A real HTTP server in the place of a container, as well-behaved or as hostile as a test wants it. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

export type Answer = (req: IncomingMessage, res: ServerResponse, body: string) => void;

export type FakeContainer = {
  url: string;
  /** By path; replace one to change what it answers from then on. */
  answers: Map<string, Answer>;
  /** `GET /health 200`, as they came. */
  requests: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  count: (path: string) => number;
  setManifest: (manifest: unknown) => void;
  stop: () => Promise<void>;
  /** Listens again on the same port. */
  restart: () => Promise<void>;
};

export function manifestOf(
  id: string,
  more: Partial<ManifestInput> & Record<string, unknown> = {},
): ManifestInput {
  return {
    manifest_version: '1.0',
    id,
    name: `The ${id}`,
    version: '1.0.0',
    access: { any_user: true },
    ...more,
  };
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_, res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(JSON.stringify(value));
  };
}

/** Answers with an ETag and honours `if-none-match`. */
export function manifestAnswer(manifest: unknown): Answer {
  const text = JSON.stringify(manifest);
  const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
  return (req, res) => {
    if (req.headers['if-none-match'] === etag) return void res.writeHead(304, { etag }).end();
    res.writeHead(200, { 'content-type': 'application/json', etag });
    res.end(text);
  };
}

export async function startContainer(manifest: unknown): Promise<FakeContainer> {
  const answers = new Map<string, Answer>([['/health', json({ status: 'ok' })]]);
  const requests: FakeContainer['requests'] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    req.setEncoding('utf8');
    for await (const chunk of req) body += String(chunk);
    const path = req.url ?? '';
    requests.push({ method: req.method ?? '', path, headers: req.headers, body });
    const answer = answers.get(path);
    if (answer) answer(req, res, body);
    else res.writeHead(404).end();
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => void server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const container: FakeContainer = {
    url: `http://127.0.0.1:${port}`,
    answers,
    requests,
    count: (path) => requests.filter((request) => request.path === path).length,
    setManifest: (next) => void answers.set('/plugin/manifest', manifestAnswer(next)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    restart: () => listen(port),
  };
  container.setManifest(manifest);
  return container;
}
