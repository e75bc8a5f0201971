/**
 * Requests that are bent at random: on their way through the edge they are refused, or come out canonical.
 */
import { seeded, type Random } from './seeded.ts';

const app = '/api/plugins/doc/app';
const targets = [
  `${app}/files/a`,
  `${app}/files/a/b?q=1`,
  '/api/documents/x',
  '/api/documents',
  `${app}/files/`,
  '/apps/doc/a.js',
  `${app}/socket`,
];
// prettier-ignore
const pathPieces = [
  '/', '//', '/.', '/..', '/../', '/./', '/...', '/%2e%2e', '/%2e%2e/', '/.%2e', '/%252e%252e', '/%25252e', '/..;/', '/..;x', '%2f', '%2F', '%252f', '%5c', '\\',
  '%00', '%0d%0a', '%0a', '%7f', '%', '%2', '%zz', '%c0%ae', '%ff', ';', '?', '#', '@', ':', '*', '%41', '\u00e9', '\u00ff', ' ', '\t', '~', '/admin',
  'http://evil/', '//evil', 'evil:80', '/api/plugins/doc/app/', '/files', '|', '"', '<', '^', '`', '{', '[',
];
// prettier-ignore
const headerPieces = [
  'Host: other', 'Host:', 'host: a b', 'Host: evil/x', 'Host: e@vil', 'Content-Length: 3', 'Content-Length: 0', 'Content-Length: 03', 'Content-Length : 3', 'content-length: -1',
  'content-length: +3', 'content-length: 0x3', 'content-length: 3, 3', 'content-length: 3,4', 'content-length: 3 3', 'content-length:', 'content-length: 99999999999999999999',
  'Transfer-Encoding: chunked', 'Transfer-Encoding: identity', 'transfer-encoding:\tchunked', 'transfer-encoding: xchunked', 'transfer-encoding: chunked, identity',
  'transfer-encoding: gzip, chunked', 'transfer-encoding: CHUNKED', 'transfer-encoding: "chunked"', 'transfer-encoding: chunked;q=1', 'Transfer_Encoding: chunked',
  'Content_Length: 3', 'transfer-encoding: \u000bchunked', 'Connection: x-user-id, close', 'Connection: content-length', 'Connection: transfer-encoding, host', 'Connection: upgrade',
  'Connection: close', 'Connection: keep-alive', 'Connection: x-berth-assertion, x-forwarded-for', 'Proxy-Connection: keep-alive', 'Keep-Alive: timeout=1',
  'Upgrade: websocket', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Expect: 100-continue', 'Expect: 200-ok', 'x-user-id: evil', 'X_User_Id: evil', 'x-user_id: evil', 'x.user.id: evil', 'x-USER-groups: ["evil"]', 'x.berth.assertion: evil',
  'x-berth-assertion: evil', 'X-Berth-Callback: evil', 'X-Forwarded-For: evil', 'X-Forwarded-Host: evil', 'x-forwarded-prefix: /evil', 'Forwarded: for=evil', 'X-Real-IP: evil',
  'X-Original-URL: /evil', 'X-Rewrite-URL: /evil', 'X-HTTP-Method-Override: DELETE', 'Authorization: Bearer evil', 'authorization: Bearer ann', 'Cookie: berth_session=evil; a=1',
  'Cookie: __Host-berth_session=evil', 'cookie:  berth_csrf=evil;', 'TE: trailers', 'Trailer: x-user-id', 'Trailer: content-length', 'x-a: \u0000', 'x-a: b\rx-user-id: evil',
  'x-a: b\nx-user-id: evil', ' folded: evil', '\tfolded: evil', ': evil', 'x a: evil', 'x-\u00e9: evil', 'x-a:\u00e9', 'x-ok: fine', 'x-ok: fine', 'Range: bytes=0-1',
  'If-None-Match: "a"', 'Accept-Encoding: gzip, br', 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'traceparent: evil', 'x-request-id: evil evil',
  'Remote-User: evil', 'X-Remote-User: evil', 'x_remote_user: evil', 'X.WebAuth.User: evil', 'X-WEBAUTH-USER: evil', 'X-Gateway-User: evil', 'Cf-Access-Jwt-Assertion: evil',
  'Access-Control-Request-Method: DELETE', 'Origin: http://evil', 'proxy-authorization: evil',
];
// prettier-ignore
const bodies = [
  'abc', 'abcd', '0\r\n\r\n', '3\r\nabc\r\n0\r\n\r\n', '3;x=y\r\nabc\r\n0\r\nx-user-id: evil\r\n\r\n', '03\r\nabc\r\n0\r\n\r\n', '3 \r\nabc\r\n0\r\n\r\n',
  '0x3\r\nabc\r\n0\r\n\r\n', '3\nabc\n0\n\n', '3\r\nabcd\r\n0\r\n\r\n', 'ffffffffffffffff\r\nabc\r\n', '-3\r\nabc\r\n0\r\n\r\n', '3\r\nabc\r\n0\r\nhost: evil\r\ncontent-length: 5\r\n\r\n',
  'GET /evil HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /files/evil HTTP/1.1\r\nHost: a\r\nx-user-id: evil\r\n\r\n', '\r\n\r\n', '\n', '\u0000',
];
const methods = ['GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];
const oddMethods = ['get', 'TRACE', 'CONNECT', 'PRI', 'GE T', 'POST\t', 'G\u0000T', ''];
const oddVersions = ['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', 'HTTP/0.9', 'http/1.1', 'HTTP/1.1 ', ''];

/** For these the edge has no objection: what the twist of a deep request may add to a path or to a head. */
const soundPieces = [
  '/b',
  '/b/',
  '/%41',
  '/...',
  ';v=1',
  '?q=/../',
  '/100%25',
  '/caf%c3%a9',
  '/~x',
  '?',
  '/a:b@c',
  '/%2e%2e.',
];
const deepMethods = ['GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];
const deepShare = 0.4;

/** @returns the bytes of one request, as latin1; `x-case` names it as long as nothing bends that line */
export function bentRequest(seed: number, index: number): string {
  const random = seeded(seed, index);
  return random.share() < deepShare ? deepRequest(random, index) : anyRequest(random, index);
}

/** Well-formed up to one twist: so that what comes behind the first doors is tried as hard as they are. */
function deepRequest(random: Random, index: number): string {
  const method = random.pick(deepMethods);
  const hasBody = method !== 'GET' && method !== 'HEAD' && random.share() < 0.6;
  const body = hasBody ? 'abcdefgh'.repeat(random.below(40)) : '';
  const lines = ['Host: gateway', 'authorization: Bearer ann', `x-case: ${index}`];
  let target = `${app}/files/a`;
  let framed = body;
  let framing = hasBody ? `Content-Length: ${body.length}` : '';
  const twist = random.below(5);
  if (twist === 0) target += random.pick(soundPieces);
  else if (twist === 1) lines.splice(random.below(lines.length + 1), 0, random.pick(headerPieces));
  else if (twist === 2 && hasBody) {
    framing = 'Transfer-Encoding: chunked';
    const cut = random.below(body.length + 1);
    const chunks = [body.slice(0, cut), body.slice(cut)].filter((chunk) => chunk !== '');
    framed = `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
  } else if (twist === 3) lines.reverse();
  else lines.push(`x-long: ${'x'.repeat(random.below(6_000))}`);
  if (framing !== '') lines.push(framing);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${framed}`;
}

/**
 * Each part is bent seldom enough that about half of the requests still reach the container.
 */
function anyRequest(random: Random, index: number): string {
  const seldom = (share: number): boolean => random.share() < share;
  let target = random.pick(targets);
  for (let bends = seldom(0.3) ? 1 + random.below(2) : 0; bends > 0; bends--) {
    const at = seldom(0.5) ? target.length : random.below(target.length + 1);
    target = target.slice(0, at) + random.pick(pathPieces) + target.slice(at);
  }
  const lines = ['Host: gateway', 'authorization: Bearer ann', `x-case: ${index}`];
  for (let more = random.below(3); more > 0; more--)
    lines.splice(random.below(lines.length + 1), 0, random.pick(headerPieces));
  if (seldom(0.02)) lines.splice(random.below(lines.length), 1);
  const body = seldom(0.5) ? random.pick(bodies) : '';
  // Most bodies are announced as they are, so that they arrive and are not the beginning of another request.
  if (body !== '' && seldom(0.7))
    lines.push(
      /\r\n0\r\n|^0\r\n/.test(body) ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`,
    );
  const isOdd = seldom(0.04);
  const soundMethod = isOdd || body !== '' ? 'POST' : random.pick(methods);
  const method = isOdd ? random.pick(oddMethods) : soundMethod;
  const version = seldom(0.04) ? random.pick(oddVersions) : 'HTTP/1.1';
  const end = seldom(0.01) ? '\n' : '\r\n';
  const bytes = `${method} ${target} ${version}${end}${lines.join(end)}${end}${end}${body}`;
  return seldom(0.12) ? withBrokenBytes(bytes, random) : bytes;
}

/** A few bytes lost, doubled or become others. */
function withBrokenBytes(bytes: string, random: Random): string {
  let text = bytes;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(text.length);
    const byte = String.fromCharCode(random.below(256));
    const kind = random.share();
    const added = kind < 0.7 ? byte : '';
    const kept = kind >= 0.4 && kind < 0.7 ? text.slice(at, at + 1) : '';
    text = text.slice(0, at) + added + kept + text.slice(at + 1);
  }
  return text;
}
