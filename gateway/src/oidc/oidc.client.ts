/** Talks to providers: discovery, the way there, and what comes back. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import { claimsOf, isMore } from './claims.rules.ts';
import type { Claims, Flow, Provider } from './oidc.types.ts';

export type WayThere = Pick<Flow, 'state' | 'nonce' | 'verifier'> & { url: string };

export type Exchange = { ok: true; claims: Claims } | { ok: false; reason: 'provider-unavailable' | 'provider-refused'; cause: unknown };

export type OidcClient = {
  /** @returns the reason when the provider does not answer */
  wayTo: (provider: Provider, redirectUri: string) => Promise<{ ok: true; way: WayThere } | { ok: false; cause: unknown }>;
  /** @param url with which the browser came back */
  exchange: (provider: Provider, url: URL, flow: Flow) => Promise<Exchange>;
};

const timeoutSeconds = 8;
/** What a provider says of itself is asked again after so long. */
const freshForMs = 15 * 60_000;

export function oidcClient(now: () => number): OidcClient {
  const known = new Map<string, { configuration: Promise<Configuration>; goodUntil: number }>();

  const configurationOf = (provider: Provider): Promise<Configuration> => {
    const present = known.get(provider.id);
    if (present && present.goodUntil > now()) return present.configuration;
    const configuration = discover(provider);
    known.set(provider.id, { configuration, goodUntil: now() + freshForMs });
    // Down now is no reason to think so in a second.
    configuration.catch(() => known.delete(provider.id));
    return configuration;
  };

  return {
    wayTo: async (provider, redirectUri) => {
      try {
        const configuration = await configurationOf(provider);
        const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
        const url = buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: provider.scopes.join(' '),
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
        });
        return { ok: true, way: { url: url.href, state, nonce, verifier } };
      } catch (cause) {
        return { ok: false, cause };
      }
    },
    exchange: async (provider, url, { state, nonce, verifier }) => {
      try {
        const configuration = await configurationOf(provider);
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
        const tokens = await authorizationCodeGrant(configuration, url, checks);
        const token = tokens.claims();
        if (!token) return { ok: false, reason: 'provider-refused', cause: new Error('no ID token') };
        const asks = isMore(token, provider) && configuration.serverMetadata().userinfo_endpoint !== undefined;
        const info = asks ? await fetchUserInfo(configuration, tokens.access_token, token.sub) : {};
        return { ok: true, claims: claimsOf({ ...info, ...token }, token.iss, token.sub, provider) };
      } catch (cause) {
        return { ok: false, reason: isUnreachable(cause) ? 'provider-unavailable' : 'provider-refused', cause };
      }
    },
  };
}

function discover({ issuer, clientId, clientSecret, clientAuthentication }: Provider): Promise<Configuration> {
  const authentication = clientSecret === null ? None() : clientAuthentication === 'post' ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
  const url = new URL(issuer);
  return discovery(url, clientId, {}, authentication, { timeout: timeoutSeconds, execute: url.protocol === 'http:' ? [allowInsecureRequests] : [] });
}

/** Nobody answered, as against a no. */
function isUnreachable(cause: unknown): boolean {
  if (cause instanceof ClientError) return cause.code === 'OAUTH_TIMEOUT' || isUnreachable(cause.cause);
  return cause instanceof TypeError || (cause instanceof Error && cause.name === 'TimeoutError');
}
