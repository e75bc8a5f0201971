/** Requests to a real nginx over TLS. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import type { Nginx } from './nginx.ts';

export async function ask(
  { httpsPort, ca }: Nginx,
  path: string,
  options: RequestOptions & { body?: string } = {},
): Promise<{ res: IncomingMessage; text: string }> {
  const { body, ...rest } = options;
  const req = request({
    host: '127.0.0.1',
    servername: 'localhost',
    port: httpsPort,
    ca,
    path,
    agent: false,
    ...rest,
  });
  req.end(body);
  const res = await responseTo(req);
  let text = '';
  for await (const part of res.setEncoding('utf8')) text += String(part);
  return { res, text };
}

export function responseTo(req: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => req.once('response', resolve).once('error', reject));
}

export function firstPart(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) =>
    stream.once('data', (part: Buffer) => resolve(part.toString())).once('error', reject),
  );
}
