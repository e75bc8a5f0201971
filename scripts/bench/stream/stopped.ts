/** Readers that stop: what each of them holds in the gateway while nothing moves. */
import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { row, type Row, type StreamRig } from './rig.ts';

const readers = 50;
const goal = { below: 1 };
const chunk = Buffer.alloc(256 * 1024, 'b');

export async function stoppedDownloads(rig: StreamRig): Promise<Row[]> {
  const held = await heldByEach(rig, async () => {
    const req = rig.ask('GET', '/bytes?1000000000').end();
    const res = await rig.answerTo(req);
    res.pause();
    return req;
  });
  return [row('a download whose client stopped reading holds', held, 'MiB', goal)];
}

export async function stoppedUploads(rig: StreamRig): Promise<Row[]> {
  const held = await heldByEach(rig, async () => {
    const req = rig.ask('POST', '/stopped', { 'content-length': 1_000_000_000 });
    // As much as is taken: then the next write waits for ever.
    const pump = (): void => {
      while (!req.destroyed && req.write(chunk));
    };
    req.on('drain', pump);
    await once(req, 'socket');
    pump();
    return req;
  });
  return [row('an upload whose container stopped reading holds', held, 'MiB', goal)];
}

/** The first fifty fill the working space that the collector lets buffers have; the next fifty cost what they hold. */
async function heldByEach(rig: StreamRig, open: () => Promise<ClientRequest>): Promise<number> {
  const openAll = (): Promise<ClientRequest[]> => Promise.all(Array.from({ length: readers }, open));
  const first = await openAll();
  await settled(rig);
  const before = rig.rss();
  const second = await openAll();
  await settled(rig);
  const after = rig.rss();
  for (const req of [...first, ...second]) req.destroy();
  return Math.max(0, after - before) / readers;
}

/** Until the gateway weighs the same for a second. */
async function settled(rig: StreamRig): Promise<void> {
  for (let seen = [0, 1]; new Set(seen.slice(-4)).size > 1;) {
    await delay(250);
    seen = [...seen, Math.round(rig.rss())];
    if (seen.length > 60) return;
  }
}
