/** Ways in that the bench needs beside the session and the bearer token that the gateway gave it. */
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
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

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
