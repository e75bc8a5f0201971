/**
 * The head of a request as bytes for a container. It holds no byte that could end a line, whatever it was
 * given.
 */
import { textOf, UnsendableHeader } from '#edge/http/header-lines.ts';
import type { UpstreamRequest } from './upstream.types.ts';

/** Of these a server waits for a body unless it is told that there is none. */
const saysByBody = new Set(['POST', 'PUT', 'PATCH']);
const method = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const target = /^[\x21-\x7e]+$/;

/**
 * @param host as configured
 * @param isSingle whether the container is told that no other request comes on the connection
 * @throws UnsendableHeader
 */
export function requestHead(request: UpstreamRequest, host: string, isSingle: boolean): string {
  const { path, cachedHeaders, requestHeaders, body } = request;
  if (!method.test(request.method) || !target.test(path) || !target.test(host))
    throw new UnsendableHeader('a request line holds a byte that cannot be sent');
  let framing = '';
  if (body === null) framing = saysByBody.has(request.method) ? 'content-length: 0\r\n' : '';
  else if (!requestHeaders.includes('content-length')) framing = 'transfer-encoding: chunked\r\n';
  const connection = isSingle ? 'connection: close\r\n' : 'connection: keep-alive\r\n';
  const start = `${request.method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${connection}${framing}`;
  return `${start}${cachedHeaders.text}${textOf(requestHeaders)}\r\n`;
}
