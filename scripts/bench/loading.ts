/** What the bench can ask of a contender, by the load in C or, plain reading only, by the one in Node. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Native } from './native.ts';
import { firstLine, run } from '@berth/testing/running.ts';

export type Wish = {
  port: number;
  path: string;
  headers: readonly string[];
  status: number;
  connections: number;
  seconds: number;
  /** At the beginning, not timed. */
  untimedSeconds?: number;
  /** Requests a second that are due, whatever the server does. Otherwise each connection asks again when it has its answer. */
  rate?: number;
  bodyBytes?: number;
  requests?: number;
  isSocket?: boolean;
  /** A bearer token a line; each request takes the next. */
  tokensFile?: string;
};

export type Loaded = z.output<typeof loaded>;
export type Load = (wish: Wish) => Promise<Loaded>;

const loaded = z.object({
  answered: z.number(),
  bad: z.number(),
  elapsedSeconds: z.number(),
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
});
const nodeLoad = fileURLToPath(new URL('load.ts', import.meta.url));
const nodeContainer = fileURLToPath(new URL('upstream.ts', import.meta.url));

/** What measures stays off the core of what is measured. */
export const measuringCore = 1;

export function loadBy(native: Native | null): Load {
  return async (wish) => {
    const command = native
      ? [native.load, ...flagsOf(wish)]
      : [process.execPath, nodeLoad, JSON.stringify({ ...wish, status: String(wish.status) })];
    return loaded.parse(JSON.parse(await firstLine(run(command, measuringCore))));
  };
}

export async function startContainer(
  native: Native | null,
  manifest: object,
): Promise<{ pid: number; port: number; stop: () => void }> {
  const child = run(
    native ? [native.container, JSON.stringify(manifest)] : [process.execPath, nodeContainer],
    measuringCore,
  );
  const { port } = z.object({ port: z.number() }).parse(JSON.parse(await firstLine(child)));
  return { pid: child.pid ?? 0, port, stop: () => void child.kill('SIGKILL') };
}

function flagsOf(wish: Wish): string[] {
  const given: [string, string | number | undefined][] = [
    ['-p', wish.port],
    ['-P', wish.path],
    ['-s', wish.status],
    ['-c', wish.connections],
    ['-d', wish.seconds],
    ['-w', wish.untimedSeconds],
    ['-r', wish.rate],
    ['-b', wish.bodyBytes],
    ['-n', wish.requests],
    ['-t', wish.tokensFile],
  ];
  const flags = given.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
  return [...flags, ...(wish.isSocket ? ['-u'] : []), ...wish.headers.flatMap((header) => ['-H', header])];
}
