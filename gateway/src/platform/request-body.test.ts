import { createServer, request, type Server } from 'node:http';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { addressOf, listen } from './listening.ts';
import { readJson } from './request-body.ts';

const form = z.strictObject({ text: z.string() });
const fits = JSON.stringify({ text: 'x'.repeat(64 * 1024 - 11) });

let server: Server;
let origin: string;
beforeAll(async () => {
  const app = new Hono().post('/', async (c) => c.json({ length: (await readJson(c, form)).text.length }));
  app.onError((error) => problemResponse(error, undefined, createLogger('test', 'silent')));
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server = createServer((req, res) => void listener(req, res));
  origin = addressOf('127.0.0.1', await listen(server, 0, '127.0.0.1'));
});
afterAll(() => void server.close());

/** @param pieces each a chunk of its own; with a length said before, or without */
function send(pieces: readonly (string | Buffer)[], length?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...(length === undefined ? {} : { 'content-length': length }),
    };
    const sending = request(origin, { method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sending.on('error', reject);
    for (const piece of pieces) sending.write(piece);
    sending.end();
  });
}

const half = fits.length / 2;
const halves = [fits.slice(0, half), fits.slice(half)];
const split = Buffer.from(JSON.stringify({ text: 'é' }));
const broken = Buffer.from(JSON.stringify({ text: 'é' }), 'latin1');

test.each([true, false])(
  'a body is read whole, in however many pieces; its length said before: %s',
  async (isSaid) => {
    const lengthOf = (bytes: number) => (isSaid ? bytes : undefined);
    expect(await send(halves, lengthOf(fits.length))).toBe(200);
    expect(await send([split.subarray(0, -3), split.subarray(-3)], lengthOf(split.length))).toBe(200);
  },
);

test.each([true, false])(
  'hazard S9: beyond 64 KiB it is refused, and what is no UTF-8 too; its length said before: %s',
  async (isSaid) => {
    const lengthOf = (bytes: number) => (isSaid ? bytes : undefined);
    expect(await send([...halves, ' '], lengthOf(fits.length + 1))).toBe(413);
    expect(await send([broken], lengthOf(broken.length))).toBe(400);
    expect(await send([], lengthOf(0))).toBe(400);
  },
);
