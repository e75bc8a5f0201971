/**
 * The running product: gateway and doc-service, each a process of its own, and PostgreSQL looked after. It lasts, so it
 * stands on Node alone: whatever takes memory was done before, by `product.ts`.
 */
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keepRunning, type Child } from './child.ts';
import { documentsNodeFlags, gatewayEnvironment, gatewayNodeFlags } from './gateway-flags.ts';
import { takeLock, type Lock } from './lock.ts';
import { readableLine } from './log-lines.ts';
import { isPostgresAlive, stopPostgres, bindToParent } from './postgres-process.ts';
import { StartRefusal } from './refusal.ts';

export type Product = {
  /** What a browser opens. */
  url: string;
  setupToken: string;
  /** Whether the first account is still to be made. */
  setupWanted: boolean;
  watchFolder: string;
  pids: () => { gateway: number | null; docService: number | null };
  /** In order: the gateway first, the database last. */
  stop: () => Promise<void>;
};

export type Telling = {
  /** A line that one of the processes wrote. */
  onLine: (name: string, line: string) => void;
  /** Something that a person should know. */
  tell: (line: string) => void;
};

export type Environment = Record<string, string | undefined>;

/** All that is to be known for serving, once everything is made. As JSON it goes from one process to the next. */
export type Plan = {
  lockFile: string;
  /** The embedded server's; `null` where the operator has databases of their own. */
  postgres: { folder: string; cluster: string } | null;
  /** What a browser opens, and where the gateway is from this machine. */
  url: string;
  inside: string;
  docUrl: string;
  setupToken: string;
  watchFolder: string;
  /** For the environment of each; `null` takes a name out of it. */
  gateway: Record<string, string | null>;
  docService: Record<string, string | null>;
};

type Opened = { name: string; close: () => Promise<unknown> }[];

const readyTimeoutMs = 90_000;
const stopTimeoutMs = 35_000;
const postgresWatchMs = 1_000;
const askTimeoutMs = 5_000;

/**
 * @param env goes on to the servers, with what the plan adds
 * @throws StartRefusal with everything closed again
 */
export async function serveProduct(plan: Plan, env: Environment, telling: Telling): Promise<Product> {
  const opened: Opened = [];
  const stop = (): Promise<void> => closeAll(opened, telling);
  try {
    return await serve(plan, { env, telling, opened }, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The last thing opened is the first closed; one that fails is told and keeps none of the others. */
export async function closeAll(opened: Opened, { tell }: Telling): Promise<void> {
  for (const { name, close } of opened.splice(0).toReversed()) {
    await close().catch((error: unknown) =>
      tell(`${name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
}

type Surroundings = { env: Environment; telling: Telling; opened: Opened };

async function serve(
  plan: Plan,
  { env, telling, opened }: Surroundings,
  stop: () => Promise<void>,
): Promise<Product> {
  // Taken before, by this very process: its id is the same whatever program it runs by now.
  const locking = await takeLock(plan.lockFile);
  if (!locking.ok)
    throw new StartRefusal(`Berth is running already with this data folder (process ${locking.holderPid}).`);
  const { lock } = locking;
  opened.push({ name: 'The lock', close: lock.release });
  if (plan.postgres) await lookAfterPostgres(plan.postgres, telling, opened);
  const environmentOf = (own: Record<string, string | null>): Environment => ({
    ...env,
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, value ?? undefined])),
  });
  const docService = startChild(
    {
      name: 'doc-service',
      script: 'doc-service/src/main.ts',
      env: environmentOf(plan.docService),
      nodeFlags: documentsNodeFlags,
    },
    telling,
    lock,
  );
  opened.push({ name: 'doc-service', close: () => docService.stop(stopTimeoutMs) });
  // The gateway asks its containers as soon as it is up; it should not find this one still starting.
  await waitUntilReady('doc-service', `${plan.docUrl}/health`, docService);
  const gatewaySurroundings = { ...environmentOf(plan.gateway), ...gatewayEnvironment };
  const gateway = startChild(
    {
      name: 'gateway',
      script: 'gateway/src/main.ts',
      env: gatewaySurroundings,
      nodeFlags: gatewayNodeFlags,
    },
    telling,
    lock,
  );
  opened.push({ name: 'The gateway', close: () => gateway.stop(stopTimeoutMs) });
  await Promise.all([
    waitUntilReady('doc-service', `${plan.docUrl}/health`, docService),
    waitUntilReady('gateway', `${plan.inside}/health/ready`, gateway),
  ]);
  const { url, setupToken, watchFolder, inside } = plan;
  return {
    url,
    setupToken,
    setupWanted: await isSetupWanted(inside),
    watchFolder,
    pids: () => ({ gateway: gateway.pid(), docService: docService.pid() }),
    stop,
  };
}

async function lookAfterPostgres(
  { folder, cluster }: NonNullable<Plan['postgres']>,
  { tell }: Telling,
  opened: Opened,
): Promise<void> {
  const watching = new AbortController();
  const { signal } = watching;
  let release = await bindToParent(cluster);
  const revive = async (): Promise<void> => {
    release();
    // It was begun before this program took the process over, so nobody collects it: a zombie that PostgreSQL takes for a running server.
    if (!(await isPostgresAlive(cluster))) await rm(join(cluster, 'postmaster.pid'), { force: true });
    // Seldom, and what it takes is a lot.
    await (await import('./postgres.ts')).startPostgres(folder);
    release = await bindToParent(cluster);
  };
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await delay(postgresWatchMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || (await isPostgresAlive(cluster))) continue;
      tell('PostgreSQL died; starting it again.');
      await revive().catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
    }
  };
  const watched = watch();
  opened.push({
    name: 'PostgreSQL',
    close: async () => {
      watching.abort();
      await watched;
      release();
      await stopPostgres(cluster);
    },
  });
}

type Program = { name: string; script: string; env: Environment; nodeFlags: readonly string[] };

function startChild(program: Program, telling: Telling, lock: Lock): Child {
  return keepRunning({
    ...program,
    onLine: telling.onLine,
    onPid: lock.own,
    onDeath: (who, how, pauseMs) =>
      telling.tell(`${who} ended (${how}); starting it again in ${pauseMs / 1000} s.`),
  });
}

async function waitUntilReady(name: string, address: string, child: Child): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  let hasRun = false;
  while (performance.now() < deadline) {
    if (await answersWell(address)) return;
    if (child.isRunning()) hasRun = true;
    else if (hasRun) throw new StartRefusal(`${name} could not start; its last words: ${lastWords(child)}`);
    await delay(30);
  }
  throw new StartRefusal(
    `${name} was not ready within ${readyTimeoutMs / 1000} s: ${address} gave no good answer.`,
  );
}

function lastWords(child: Child): string {
  const lines = child.lastLines().map((line) => readableLine(line) ?? '');
  return (
    lines
      .findLast((line) => line !== '')
      ?.split('\n')
      .filter(Boolean)
      .slice(0, 2)
      .join(' ') ?? 'none'
  );
}

async function answersWell(address: string): Promise<boolean> {
  return (await ask(address))?.status === 200;
}

async function isSetupWanted(gatewayUrl: string): Promise<boolean> {
  const answer: unknown = JSON.parse((await ask(`${gatewayUrl}/api/auth/setup`))?.text ?? '{}');
  return typeof answer === 'object' && answer !== null && 'wanted' in answer && answer.wanted === true;
}

/**
 * By hand, as HTTP/1.0: `fetch`, and `node:http` too, would take a third of the memory of this process.
 * @returns `null` where nothing answered
 */
function ask(address: string): Promise<{ status: number; text: string } | null> {
  const { hostname, port, host, pathname } = new URL(address);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    socket.setTimeout(askTimeoutMs, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
    // Told by its close, which comes in any case.
    socket.on('error', () => {});
    socket.once('close', () => {
      const status = /^HTTP\/1\.[01] (\d{3}) /.exec(answer)?.[1];
      resolve(
        status === undefined
          ? null
          : { status: Number(status), text: answer.slice(answer.indexOf('\r\n\r\n') + 4) },
      );
    });
    socket.write(`GET ${pathname} HTTP/1.0\r\nhost: ${host}\r\n\r\n`);
  });
}
