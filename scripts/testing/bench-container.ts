/** A container that gives back what it gets, registered as the plugin of the bench. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { benchManifest } from './bench-manifest.ts';

export function echo(req: IncomingMessage, res: ServerResponse): void {
  if (req.method !== 'GET') return void req.pipe(res);
  const bodies: Record<string, unknown> = { '/health': { status: 'ok' }, '/plugin/manifest': benchManifest };
  const body = bodies[req.url ?? ''] ?? {};
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
