/**
 * Each request with an access token that this gateway process has never been shown. What that costs depends on who made the token, and
 * on whether the gateway has read its session in the last seconds.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig } from './bench.types.ts';
import { foreignTokens, makeSessions, ownTokens, sessionIdOf } from './credentials.ts';
import { rowOf, type Reading, type Row } from './readings.ts';

/** The first is not counted: as with all that is measured, what runs for the first time costs more. */
const rounds = 4;
const each = 1_500;

/** Handed out by `POST /api/auth/token` of the gateway that is asked. */
export const firstUseName = 'gateway, first use of a token';
const foreignName = 'gateway, first use of a token made elsewhere';
const strangeName = 'gateway, the same, with a session of its own';

/** Only the load in C can send another token with each request. */
export async function measureFirstUses(rig: Rig): Promise<{ rows: Row[]; readings: Reading[] }> {
  if (!rig.native) return { rows: [], readings: [] };
  const own = await ownTokens(rig.gateway, rounds, each);
  rig.gateway.refreshToken = own.refreshToken;
  const readings: Reading[] = [];
  for (const [round, tokens] of own.rounds.entries()) {
    const measured = [
      await measureWith(rig, firstUseName, tokens),
      await measureWith(rig, foreignName, await foreignTokens(rig.gateway, [sessionIdOf(rig.gateway)], each)),
      await measureWith(
        rig,
        strangeName,
        await foreignTokens(rig.gateway, await makeSessions(rig.gateway, each), each),
      ),
    ];
    if (round > 0) readings.push(...measured);
  }
  return { rows: [firstUseName, foreignName, strangeName].map((name) => rowOf(name, readings)), readings };
}

function measureWith(rig: Rig, name: string, tokens: readonly string[]): Promise<Reading> {
  const tokensFile = join(rig.folder, 'tokens');
  writeFileSync(tokensFile, `${tokens.join('\n')}\n`);
  return rig.measure(
    { ...rig.bearer, name, headers: [] },
    { path: '/files/1', connections: rig.connections, seconds: 30, tokensFile },
  );
}
