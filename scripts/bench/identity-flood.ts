/** A closed loop through the proxy, alone and beside waves of two hundred sign-ins at the same moment, in turn. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { emailOf, password } from './identity-people.ts';
import { firstLineOf, start, startProgram } from './identity-process.ts';
import { app, type Rig } from './identity-rig.ts';
import { buildNative } from './native.ts';

export type FloodRound = {
  /** p99 in ms. */
  alone: number;
  beside: number;
  bad: number;
  crowd: z.output<typeof crowded>;
};

const loaded = z.object({ bad: z.number(), p99: z.number() });
/** Of the sign-ins that were right, in ms. */
const crowded = z.object({
  waves: z.number(),
  statuses: z.record(z.string(), z.number()),
  p50: z.number(),
  longest: z.number(),
});

export async function floodRounds(
  { port, bearer }: Rig,
  rounds: number,
  seconds: number,
): Promise<FloodRound[]> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-flood-'));
  const build = buildNative(folder);
  const postsFile = join(folder, 'posts');
  writeFileSync(postsFile, posts());

  const load = {
    port,
    path: `${app}/files/1`,
    headers: [`authorization: Bearer ${bearer}`],
    status: '200',
    connections: 16,
    seconds,
  };
  const loop = async () => loaded.parse(JSON.parse(await firstLineOf(script('load.ts', load))));
  const crowd = async (forSeconds: number) => {
    const wish = { port, path: '/api/auth/session', postsFile, atOnce: 200, seconds: forSeconds };
    const flags = [
      '-p',
      wish.port,
      '-P',
      wish.path,
      '-f',
      wish.postsFile,
      '-n',
      wish.atOnce,
      '-d',
      wish.seconds,
    ].map(String);
    const child = build.ok ? startProgram(build.native.crowd, flags) : script('crowd.ts', wish);
    // Two hundred browsers have processors of their own: here they give way, so that the gateway is measured and not they.
    setPriority(child.pid ?? 0, 10);
    return crowded.parse(JSON.parse(await firstLineOf(child)));
  };

  try {
    await Promise.all([loop(), crowd(1)]);
    const found: FloodRound[] = [];
    for (let round = 0; round < rounds; round++) {
      const alone = await loop();
      const [beside, waves] = await Promise.all([loop(), crowd(seconds)]);
      found.push({ alone: alone.p99, beside: beside.p99, bad: alone.bad + beside.bad, crowd: waves });
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each by another account from another network. */
function posts(): string {
  const lines = Array.from({ length: 4_000 }, (_, index) => {
    const body = JSON.stringify({ email: emailOf(5_000 + index), password });
    return `10.9.${index >> 8}.${index & 255} ${body}\n`;
  });
  return lines.join('');
}

function script(name: string, wish: unknown) {
  return start([fileURLToPath(new URL(name, import.meta.url)), JSON.stringify(wish)]);
}
