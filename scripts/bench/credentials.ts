/** Ways in that the bench needs beside the session and the bearer token that the gateway gave it. */
import { createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { RealGateway } from './real-gateway.ts';

const signed = promisify(sign);

export async function makeApiKey({ port, bearer }: RealGateway): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/auth/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', scopes: ['plugins:bench'] }),
  });
  if (response.status !== 201) throw new Error(`no API key could be made: ${response.status} ${await response.text()}`);
  return z.object({ key: z.string() }).parse(await response.json()).key;
}

/**
 * Tokens that the gateway has never seen: of the same session as its own, each with an id of its own, signed with its key.
 * @returns a file for each round, a token a line
 */
export async function writeUnseenTokens({ bearer, keys }: RealGateway, rounds: number, each: number, folder: string): Promise<string[]> {
  const header = decodeProtectedHeader(bearer);
  const key = createPrivateKey(readFileSync(join(keys, `access-${header.kid}.pem`)));
  const claims = decodeJwt(bearer);
  const token = async (): Promise<string> => {
    const text = `${encoded(header)}.${encoded({ ...claims, jti: randomUUID() })}`;
    return `${text}.${(await signed('sha256', Buffer.from(text), key)).toString('base64url')}`;
  };
  const files: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const file = join(folder, `tokens-${round}`);
    writeFileSync(file, `${(await Promise.all(Array.from({ length: each }, token))).join('\n')}\n`);
    files.push(file);
  }
  return files;
}

/** What checking one signature of the gateway's own key takes, without a request around it: no first use of a token can take less. */
export function signatureMicroseconds({ bearer, keys }: RealGateway): { bits: number; microseconds: number } {
  const key = createPublicKey(readFileSync(join(keys, `access-${decodeProtectedHeader(bearer).kid}.pem`)));
  const at = bearer.lastIndexOf('.');
  const [text, signature] = [Buffer.from(bearer.slice(0, at)), Buffer.from(bearer.slice(at + 1), 'base64url')];
  const checks = 500;
  const before = process.threadCpuUsage();
  for (let check = 0; check < checks; check++) if (!verify('sha256', text, key, signature)) throw new Error('the token of the gateway is not of its key');
  const { user, system } = process.threadCpuUsage(before);
  return { bits: key.asymmetricKeyDetails?.modulusLength ?? 0, microseconds: (user + system) / checks };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
