/**
 * P16, case g7: a container answers on the head of an upload, closes, and reads nothing of the body. What it
 * said is passed on, to every client: curl, a browser, a program; with a known length or in chunks.
 */
import { execFile } from 'node:child_process';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chromiumFlags, ensureChromium } from '@berth/testing/chromium.ts';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { makeAuthority } from '#platform/testing/certificates.ts';
import { readTrustedCa } from '#platform/upstream/upstream.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [{ path: '/early', methods: ['POST'], limits: { max_body_bytes: 1024 ** 4, max_concurrent: 200 } }],
};
const run = promisify(execFile);
const words = '{"detail":"too large for me"}';
const bodyBytes = 1_500_000;

let edge: EdgeServer;
let container: Server | NetServer;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'early-'));
  edge = await startEdge({ ann: person('ann') });
});

afterEach(async () => {
  await edge.close();
  container.close();
  await rm(folder, { recursive: true });
});

async function show(made: Server | NetServer): Promise<void> {
  container = made;
  edge.show(pluginOf(`http://127.0.0.1:${await listen(container)}`, manifest));
}

/** As containers are usually written. */
const usual = (): Server =>
  createServer((_req, res) => {
    res.writeHead(413, { 'content-type': 'application/problem+json', connection: 'close' }).end(words);
  });

/** It resets the connection in the very turn of its answer. */
const rude = (answer: string): NetServer =>
  createNetServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      socket.read(64);
      socket.write(answer, 'latin1', () => socket.destroy());
    });
  });
const known = `HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: ${words.length}\r\n\r\n${words}`;
const chunked = `HTTP/1.1 413 Content Too Large\r\ntransfer-encoding: chunked\r\n\r\n${words.length.toString(16)}\r\n${words}\r\n0\r\n\r\n`;

const target = '/api/plugins/doc/app/early';

/** Sends without end, as fast as it is taken, until the answer is there. */
async function upload(isChunked: boolean): Promise<string> {
  const socket = connect(edge.port, '127.0.0.1');
  let answer = '';
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  socket.on('error', () => resolve(answer)).on('close', () => resolve(answer));
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bodyBytes}`;
  socket.write(`POST ${target} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n${framing}\r\n\r\n`);
  const piece = Buffer.alloc(50_000, 'a');
  const framed = isChunked ? Buffer.concat([Buffer.from('c350\r\n'), piece, Buffer.from('\r\n')]) : piece;
  const more = (left: number): void => {
    if (socket.destroyed) return;
    if (left > 0) socket.write(framed, () => more(left - piece.length));
    else if (isChunked) socket.write('0\r\n\r\n');
  };
  more(bodyBytes);
  return promise;
}

/** @returns how many of a hundred tries gave the container's own answer, five at a time */
async function countOf(attempt: () => Promise<boolean>): Promise<number> {
  let count = 0;
  for (let round = 0; round < 20; round++) {
    const outcomes = await Promise.all(Array.from({ length: 5 }, attempt));
    count += outcomes.filter(Boolean).length;
  }
  return count;
}

const isPassedOn = (answer: string) => answer.startsWith('HTTP/1.1 413 ') && answer.includes(words);

describe('P16 an answer before the upload is over is passed on', () => {
  test.each([
    ['a known length, to a container as usual', usual, false],
    ['chunks, to a container as usual', usual, true],
    ['a known length, to one that resets at once', () => rude(known), false],
    ['a known length, to one that answers in chunks and resets', () => rude(chunked), false],
  ] as const)('a hundred of a hundred uploads with %s', async (_name, make, isChunked) => {
    await show(make());
    expect(await countOf(async () => isPassedOn(await upload(isChunked)))).toBe(100);
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('a hundred of a hundred uploads to a container over TLS', async () => {
    const authority = makeAuthority('ours');
    const secure = createSecureServer(authority.identity('DNS:localhost'), (_req, res) => {
      res.writeHead(413, { connection: 'close' }).end(words);
    });
    container = secure;
    const ca = readTrustedCa(authority.ca) ?? undefined;
    edge.show({ ...pluginOf(`https://localhost:${await listen(secure)}`, manifest), ca });
    expect(await countOf(async () => isPassedOn(await upload(false)))).toBe(100);
  });

  test.each(['length', 'chunks'])('case g7: at least 99 of 100 with curl, %s', async (framing) => {
    await show(usual());
    const file = join(folder, 'body');
    await writeFile(file, Buffer.alloc(bodyBytes, 'a'));
    const args = ['-sS', '-X', 'POST', '-H', 'Expect:', '-H', 'Authorization: Bearer ann', '-H', 'Host: g'];
    if (framing === 'chunks') args.push('-H', 'Transfer-Encoding: chunked');
    const attempt = async (): Promise<boolean> => {
      const { stdout } = await run('curl', [
        ...args,
        '--data-binary',
        `@${file}`,
        '-i',
        `${edge.url}${target}`,
      ]).catch(() => ({ stdout: '' }));
      return isPassedOn(stdout);
    };
    expect(await countOf(attempt)).toBeGreaterThanOrEqual(99);
  });

  test('case g7: at least 99 of 100 with a browser’s fetch', async () => {
    await show(usual());
    const executablePath = await ensureChromium(process.env, () => {});
    const browser = await chromium.launch({ executablePath, args: chromiumFlags });
    try {
      const page = await browser.newPage();
      // Any page of this origin will do.
      await page.goto(`${edge.url}/`);
      const outcomes = await page.evaluate(
        async ({ url, length }) => {
          const body = new Blob([new Uint8Array(length)]);
          const found: string[] = [];
          for (let round = 0; round < 100; round++) {
            try {
              const response = await fetch(url, {
                method: 'POST',
                body,
                headers: { authorization: 'Bearer ann' },
              });
              found.push(`${response.status} ${await response.text()}`);
            } catch (error) {
              found.push(String(error));
            }
          }
          return found;
        },
        { url: `${edge.url}${target}`, length: bodyBytes },
      );
      expect(outcomes.filter((outcome) => outcome === `413 ${words}`).length).toBeGreaterThanOrEqual(99);
    } finally {
      await browser.close();
    }
  });
});
