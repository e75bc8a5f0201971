/**
 * `npm run bench:stream`: what streams cost the real gateway, in memory and in time. 10 GB each way, unless the first
 * argument says how many megabytes; further ones are flags for Node in front of the gateway. It exits 1 when a goal is missed.
 */
import { loadavg } from 'node:os';
import { bytesThrough } from './stream/bytes.ts';
import { idleStreams } from './stream/idle.ts';
import { streamRig, type Row, type StreamRig } from './stream/rig.ts';
import { slowHeads, warm } from './stream/slow-heads.ts';
import { stoppedDownloads, stoppedUploads } from './stream/stopped.ts';

const [megabytes = '10000', ...nodeFlags] = process.argv.slice(2);
const bytes = Number(megabytes) * 1_000_000;
console.log(
  `load of the machine before: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
let isMet = true;
const parts = [
  slowHeads,
  idleStreams,
  stoppedDownloads,
  stoppedUploads,
  (rig: StreamRig) => bytesThrough(rig, bytes),
];
for (const part of parts) {
  // A gateway of its own for each, so that none of them weighs less because another left it memory.
  const rig = await streamRig(nodeFlags);
  try {
    await warm(rig);
    show(await part(rig));
  } finally {
    await rig.stop();
  }
}
process.exitCode = isMet ? 0 : 1;

function show(rows: readonly Row[]): void {
  for (const { name, value, goal, isMet: met } of rows) {
    if (met === false) isMet = false;
    console.log(`${met === null ? ' ' : mark(met)} ${name}: ${value}${goal === '' ? '' : ` (${goal})`}`);
  }
}

function mark(isMet: boolean): string {
  return isMet ? '✓' : '✗';
}
