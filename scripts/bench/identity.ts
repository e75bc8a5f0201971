/**
 * `npm run bench:identity`: how long signing in takes, whether it tells who has an account, what a session check costs, lists of ten
 * thousand people, and what two hundred sign-ins at once do to everybody else. The real gateway with PostgreSQL, by HTTP.
 * About two minutes; `-- --seconds 3 --rounds 2` is quicker. Ratios within one run say more than milliseconds on a shared machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { cachedCheck } from './identity-check.ts';
import { floodRounds } from './identity-flood.ts';
import { emailOf, password } from './identity-people.ts';
import { startRig, type Rig } from './identity-rig.ts';

const { values: options } = parseArgs({
  options: {
    /** Of the closed loop beside the sign-ins, each time. */
    seconds: { type: 'string', default: '5' },
    /** Of the closed loop without and with sign-ins, in turn. */
    rounds: { type: 'string', default: '5' },
    tries: { type: 'string', default: '200' },
    /** One part alone: check, sign-in, enumeration, lists, flood. */
    only: { type: 'string' },
  },
});

type Goal = { goal: string; reached: number; wanted: string; passes: boolean };

const tries = Number(options.tries);
const wrongPassword = 'Wrong-Horse-Battery-7';
const readings: Record<string, unknown> = {};
const loadBefore = loadavg()[0] ?? 0;
const rig = await startRig();
const goals: Goal[] = [];
const parts = { check: sessionCheck, 'sign-in': signingIn, enumeration, lists, flood };
try {
  for (const [name, part] of Object.entries(parts))
    if (options.only === undefined || options.only === name) goals.push(...(await part(rig)));
} finally {
  await rig.stop();
}
console.table(goals);
console.log(`${availableParallelism()} cores, load ${loadBefore.toFixed(1)} before the run.`);
mkdirSync('.berth', { recursive: true });
const report = {
  at: new Date().toISOString(),
  node: process.version,
  cores: availableParallelism(),
  loadBefore,
  options,
  goals,
  readings,
};
writeFileSync('.berth/bench-identity.json', `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = goals.every(({ passes }) => passes) ? 0 : 1;

async function sessionCheck(): Promise<Goal[]> {
  const check = await cachedCheck();
  readings['cached session check, µs'] = check;
  return [atMost('session check, cached: µs of the gateway’s own time', check.best, 2)];
}

/** One after another, each with another account. */
async function signingIn({ origin }: Rig): Promise<Goal[]> {
  const times: number[] = [];
  for (let index = 1; index <= tries; index++)
    times.push(
      await timed(() =>
        post(origin, '/api/auth/session', {
          body: { email: emailOf(index), password },
          from: `10.1.${index >> 8}.${index & 255}`,
          status: 200,
        }),
      ),
    );
  readings['sign-in, ms'] = shares(times);
  return [atMost('sign-in p50, ms (argon2id m=19456, t=2)', shares(times).p50, 60)];
}

/** Known and unknown in turn, the order turned round each time, so that neither has the better place. */
async function enumeration({ origin }: Rig): Promise<Goal[]> {
  const asked: [string, string, (email: string) => unknown, number][] = [
    ['sign-in', '/api/auth/session', (email) => ({ email, password: wrongPassword }), 401],
    ['register', '/api/auth/register', (email) => ({ email, password }), 201],
    ['forgotten password', '/api/auth/password/forgot', (email) => ({ email }), 202],
  ];
  const found: Goal[] = [];
  for (const [place, [name, path, body, status]] of asked.entries()) {
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let index = 0; index < tries; index++) {
      for (const kind of index % 2 === 0
        ? (['known', 'unknown'] as const)
        : (['unknown', 'known'] as const)) {
        const email = kind === 'known' ? emailOf(1_000 + index) : `stranger-${place}-${index}@bench.test`;
        const from = `10.${2 + place}.${(kind === 'known' ? 0 : 128) + (index >> 8)}.${index & 255}`;
        times[kind].push(await timed(() => post(origin, path, { body: body(email), from, status })));
      }
    }
    const [known, unknown] = [shares(times.known), shares(times.unknown)];
    readings[`${name}, ms`] = { known, unknown };
    // Each pair stood side by side: what slows down both, a neighbour on the machine, is in neither's favour.
    const differences = times.known.map((time, index) => time - (times.unknown[index] ?? Number.NaN));
    found.push(
      atMost(
        `${name}: known and unknown differ by, %`,
        (Math.abs(shares(differences).p50) / unknown.p50) * 100,
        10,
      ),
    );
  }
  return found;
}

/** Ten thousand people, a thousand groups. */
async function lists({ origin, bearer }: Rig): Promise<Goal[]> {
  const read = async (path: string): Promise<string> => {
    const response = await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  };
  const asked: [string, (index: number) => string][] = [
    ['users, a page', (index) => `/api/admin/users?page=${(index % 50) + 1}`],
    ['users, the last pages', (index) => `/api/admin/users?page=${200 - (index % 10)}`],
    ['users, 200 a page', (index) => `/api/admin/users?page=${(index % 50) + 1}&page_size=200`],
    ['users, searched', (index) => `/api/admin/users?q=${encodeURIComponent(`son-${index}`)}`],
    ['users, nobody found', (index) => `/api/admin/users?q=nobody-${index}`],
    ['users, by last sign-in', (index) => `/api/admin/users?sort=-last_sign_in_at&page=${(index % 50) + 1}`],
    [
      'users, the active ones by name',
      (index) => `/api/admin/users?sort=name&is_active=true&page=${(index % 50) + 1}`,
    ],
    ['groups', () => '/api/admin/groups'],
  ];
  const found: Goal[] = [];
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
    .parse(JSON.parse(await read('/api/admin/groups')));
  const largest = items.find(({ name }) => name === 'Group 1')?.id ?? '';
  const another = items.find(({ name }) => name === 'Group 2')?.id ?? '';
  asked.push(
    ['members of a group', () => `/api/admin/groups/${another}/members`],
    ['the first thousand of the group of all', () => `/api/admin/groups/${largest}/members`],
    [
      'members of the group of all, searched',
      (index) => `/api/admin/groups/${largest}/members?q=son-${index}&page_size=50`,
    ],
  );
  for (const [name, path] of asked) {
    const times: number[] = [];
    for (let index = 0; index < 110; index++) {
      const took = await timed(() => read(path(index)));
      if (index >= 10) times.push(took);
    }
    readings[`${name}, ms`] = shares(times);
    found.push(atMost(`${name}: p95, ms`, shares(times).p95, 50));
  }
  return found;
}

async function flood(rig: Rig): Promise<Goal[]> {
  const rounds = await floodRounds(rig, Number(options.rounds), Number(options.seconds));
  readings['proxied requests beside 200 sign-ins at once, p99 in ms'] = rounds;
  const ratios = rounds.map(({ alone, beside }) => beside / alone).toSorted((a, b) => a - b);
  const bad = rounds.reduce((sum, round) => sum + round.bad, 0);
  return [
    atMost(
      '200 sign-ins at once: p99 of proxied requests ÷ p99 without',
      ratios[ratios.length >> 1] ?? Number.NaN,
      2,
    ),
    atMost('proxied requests that failed meanwhile', bad, 0),
  ];
}

async function post(
  origin: string,
  path: string,
  { body, from, status }: { body: unknown; from: string; status: number },
): Promise<void> {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== status)
    throw new Error(`${path} answered ${response.status} in place of ${status}: ${text}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

function shares(times: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(3));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function atMost(goal: string, reached: number, most: number): Goal {
  return { goal, reached: Number(reached.toFixed(2)), wanted: `≤ ${most}`, passes: reached <= most };
}
