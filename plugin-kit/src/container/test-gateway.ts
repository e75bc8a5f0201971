/** A stand-in for the gateway in tests of containers: keys of its own, assertions signed with them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import {
  assertionLifetimeSeconds,
  identityHeaders,
  issuer,
  type AssertionClaims,
} from '../contract/identity.ts';

/** Any issuer, so that a wrong one can be tried. */
export type TestClaims = Partial<Omit<AssertionClaims, 'iss'>> & { iss?: string };

export type TestGateway = {
  jwks: JSONWebKeySet;
  /** @param now milliseconds */
  assertion: (pluginId: string, claims?: TestClaims, now?: number) => Promise<string>;
  headers: (pluginId: string, claims?: TestClaims) => Promise<Record<string, string>>;
};

export async function createTestGateway(): Promise<TestGateway> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA', use: 'sig' };
  const assertion: TestGateway['assertion'] = (pluginId, claims = {}, now = Date.now()) => {
    const iat = Math.floor(now / 1000);
    const all = {
      iss: issuer,
      aud: pluginId,
      sub: '6f9f1c1e-7a44-4a6e-9b53-0d6a3d0b7c11',
      iat,
      exp: iat + assertionLifetimeSeconds,
      ...claims,
    };
    return new SignJWT(all).setProtectedHeader({ alg: 'EdDSA', kid: 'test' }).sign(privateKey);
  };
  return {
    jwks: { keys: [jwk] },
    assertion,
    headers: async (pluginId, claims) => ({ [identityHeaders.assertion]: await assertion(pluginId, claims) }),
  };
}

export type KeyServer = { url: string; isUp: boolean; asked: () => number; close: () => Promise<void> };

/** Publishes the keys at `/.well-known/jwks.json`, while it is up. */
export async function serveKeys(jwks: JSONWebKeySet): Promise<KeyServer> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    if (!served.isUp) response.writeHead(503).end();
    else if (request.url === '/.well-known/jwks.json')
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(jwks));
    else response.writeHead(404).end();
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address()))),
  );
  const served: KeyServer = {
    url: `http://127.0.0.1:${port}`,
    isUp: true,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return served;
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
