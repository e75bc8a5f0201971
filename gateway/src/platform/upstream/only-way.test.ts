/** H11: nothing else in the gateway opens a socket to a container. Its source is read for what could. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '../..');

/** Who opens connections that are no container's, and why. */
const others = new Set([
  // An identity provider, by OpenID Connect.
  'identity/oidc/oidc.client.ts',
  // Where an identity provider says that a person's groups are.
  'identity/oidc/group-source.client.ts',
  // A service of others that a superuser configured: no container, and its addresses are judged there.
  'plugins/connections/egress.client.ts',
  // A collector of traces.
  'operations/tracing/otlp.client.ts',
]);
const onlyWay = 'platform/upstream/transport.ts';

test('H11: no file but one opens a socket, a pool or a request by itself', async () => {
  const files = (await readdir(source, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|(?:^|\/)(?:testing|generated)\//.test(name),
  );
  expect(files).toContain(onlyWay);
  const found: string[] = [];
  for (const file of files) {
    if (file === onlyWay || others.has(file)) continue;
    for (const way of waysOut(await readFile(join(source, file), 'utf8'))) found.push(`${file}: ${way}`);
  }
  expect(found).toEqual([]);
  expect(waysOut(await readFile(join(source, onlyWay), 'utf8')).length).toBeGreaterThan(0);
});

test.each([
  "import { connect } from 'node:net';",
  "import { connect as dial, type Socket } from 'net';",
  "import net from 'node:net';",
  "import * as tls from 'node:tls';",
  "import { TLSSocket, connect } from 'node:tls';",
  "import { Agent, type Dispatcher } from 'undici';",
  "import {\n  request,\n} from 'undici';",
  "import { request } from 'node:http';",
  "import { get } from 'node:https';",
  "import { connect } from 'node:http2';",
  "export { Pool } from 'undici';",
  "const { connect } = await import('node:net');",
  "const net = require('node:net');",
  "const net = process.getBuiltinModule('node:net');",
  'const answer = await fetch(url);',
  'const answer = await globalThis.fetch(url);',
  'new WebSocket(url)',
  'new EventSource(url)',
])('H11: a planted %j is found', (planted) => {
  expect(waysOut(`import { join } from 'node:path';\n${planted}\n`)).not.toEqual([]);
});

test.each([
  "import { isIP, type BlockList, type Socket } from 'node:net';",
  "import type { Dispatcher } from 'undici';",
  "import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http';",
  "import { TLSSocket } from 'node:tls';",
  'const found = prefetch(url);',
  '/** As `fetch(url)` would. */',
])('H11: %j opens nothing', (harmless) => {
  expect(waysOut(harmless)).toEqual([]);
});

/** Of modules that can open connections, what cannot. */
const harmless: Readonly<Record<string, ReadonlySet<string>>> = {
  net: new Set(['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'Socket']),
  tls: new Set(['TLSSocket']),
  http: new Set(['createServer', 'STATUS_CODES', 'IncomingMessage', 'ServerResponse', 'maxHeaderSize']),
  https: new Set(),
  http2: new Set(),
  undici: new Set(),
};

/** @returns what in a file could open a connection */
function waysOut(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const ways: string[] = [];
  for (const [statement, what = '', name = ''] of code.matchAll(
    /\b(?:import|export)\s+([^;'"]*?)\s*from\s*['"](?:node:)?([\w/-]+)['"]/g,
  )) {
    const safe = harmless[name];
    if (!safe || what.startsWith('type ')) continue;
    const names = /^\{([\s\S]*)\}$/
      .exec(what)?.[1]
      ?.split(',')
      .map((item) => item.trim());
    const isSafe = names?.every((item) => item === '' || item.startsWith('type ') || safe.has(item));
    if (!isSafe) ways.push(statement);
  }
  const loading =
    /\b(?:import|require|getBuiltinModule)\s*\(\s*['"](?:node:)?(?:net|tls|https?|http2|undici)['"]/g;
  for (const [call] of code.matchAll(loading)) ways.push(call);
  for (const [call] of code.matchAll(/(?<![\w$])(?:fetch\s*\(|new (?:WebSocket|EventSource)\b)/g))
    ways.push(call);
  return ways;
}
