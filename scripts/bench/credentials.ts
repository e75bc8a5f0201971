/** Ways in that the bench needs beside the session and the bearer token that the gateway gave it. */
import { createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { Client } from 'pg';
import { z } from 'zod';
import type { RealGateway } from '@berth/testing/gateway-process.ts';

const signed = promisify(sign);

export async function makeApiKey({ port, bearer }: RealGateway): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/auth/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', scopes: ['plugins:bench'] }),
  });
  if (response.status !== 201)
    throw new Error(`no API key could be made: ${response.status} ${await response.text()}`);
  return z.object({ key: z.string() }).parse(await response.json()).key;
}

/** Tokens that nobody has used yet, `each` for each of so many rounds: as the gateway hands them out, by a refresh token. @returns with the refresh token for later */
export async function ownTokens(
  { port, refreshToken }: RealGateway,
  rounds: number,
  each: number,
): Promise<{ rounds: string[][]; refreshToken: string }> {
  let next = refreshToken;
  const refreshed = async (): Promise<string> => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: next });
    const response = await fetch(`http://127.0.0.1:${port}/api/auth/token`, { method: 'POST', body });
    const answer = z
      .object({ access_token: z.string(), refresh_token: z.string() })
      .parse(await response.json());
    next = answer.refresh_token;
    return answer.access_token;
  };
  const made: string[][] = [];
  for (let round = 0; round < rounds; round++) {
    const tokens: string[] = [];
    for (let index = 0; index < each; index++) tokens.push(await refreshed());
    made.push(tokens);
  }
  return { rounds: made, refreshToken: next };
}

/** As another instance, or this one before it was started again, has made them: signed with the same key, for one of these sessions each. */
export async function foreignTokens(
  { bearer, keys }: RealGateway,
  sessionIds: readonly string[],
  count: number,
): Promise<string[]> {
  const header = decodeProtectedHeader(bearer);
  const key = createPrivateKey(readFileSync(join(keys, `access-${header.kid}.pem`)));
  const claims = decodeJwt(bearer);
  const token = async (sid: string): Promise<string> => {
    const text = `${encoded(header)}.${encoded({ ...claims, sid, jti: randomUUID() })}`;
    return `${text}.${(await signed('sha256', Buffer.from(text), key)).toString('base64url')}`;
  };
  return Promise.all(
    Array.from({ length: count }, (_, index) => token(sessionIds[index % sessionIds.length] ?? '')),
  );
}

export function sessionIdOf({ bearer }: RealGateway): string {
  return z.string().parse(decodeJwt(bearer)['sid']);
}

/** Program sessions of the same person, written past the gateway. @returns their ids */
export async function makeSessions({ bearer, databaseUrl }: RealGateway, count: number): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO sessions (kind, token_hash, user_id, created_at, last_seen_at, expires_at)
         SELECT 'program', sha256(gen_random_uuid()::text::bytea), $1, now(), now(), now() + interval '1 day' FROM generate_series(1, $2::int)
       RETURNING id`,
      [decodeJwt(bearer).sub, count],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

/** What checking one signature of the gateway's own key takes, without a request around it: no first use of a token can take less. */
export function signatureMicroseconds({ bearer, keys }: RealGateway): { bits: number; microseconds: number } {
  const key = createPublicKey(readFileSync(join(keys, `access-${decodeProtectedHeader(bearer).kid}.pem`)));
  const at = bearer.lastIndexOf('.');
  const [text, signature] = [
    Buffer.from(bearer.slice(0, at)),
    Buffer.from(bearer.slice(at + 1), 'base64url'),
  ];
  const checks = 500;
  const before = process.threadCpuUsage();
  for (let check = 0; check < checks; check++)
    if (!verify('sha256', text, key, signature))
      throw new Error('the token of the gateway is not of its key');
  const { user, system } = process.threadCpuUsage(before);
  return { bits: key.asymmetricKeyDetails?.modulusLength ?? 0, microseconds: (user + system) / checks };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
