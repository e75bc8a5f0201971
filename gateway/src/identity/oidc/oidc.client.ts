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
  type Configuration,
  type ClientAuth,
} from 'openid-client';
import { groupsAt } from './group-source.client.ts';
import { claimsOf, isMore } from './claims.rules.ts';
import { issuerMismatchIn } from './issuer.rules.ts';
import type { Claims, Flow, IssuerMismatch, Provider, SaidGroups } from './oidc.types.ts';

export type WayThere = Pick<Flow, 'nonce' | 'verifier'> & { url: string };

export type Exchange =
  | { ok: true; claims: Claims }
  | { ok: false; reason: 'provider-unavailable' | 'provider-refused' | 'issuer-differs'; cause: unknown };

export type OidcClient = {
  /** @returns the reason when the provider does not answer */
  wayTo: (
    provider: Provider,
    redirectUri: string,
    state: string,
  ) => Promise<{ ok: true; way: WayThere } | { ok: false; cause: unknown }>;
  /** @param url with which the browser came back */
  exchange: (provider: Provider, url: URL, flow: Flow) => Promise<Exchange>;
  /** What the provider's own word came to when it was last asked. `null`: the issuer is the one of our list. */
  issuerMismatch: (providerId: string) => IssuerMismatch | null;
};

const timeoutSeconds = 8;
/** What a provider says of itself is asked again after so long. */
const freshForMs = 15 * 60_000;

export function oidcClient(now: () => number): OidcClient {
  const known = new Map<string, { configuration: Promise<Configuration>; goodUntil: number }>();
  const mismatches = new Map<string, IssuerMismatch>();

  const configurationOf = (provider: Provider): Promise<Configuration> => {
    const present = known.get(provider.id);
    if (present && present.goodUntil > now()) return present.configuration;
    const configuration = discover(provider);
    known.set(provider.id, { configuration, goodUntil: now() + freshForMs });
    configuration.then(
      () => mismatches.delete(provider.id),
      (cause: unknown) => {
        // Down now is no reason to think so in a second.
        known.delete(provider.id);
        const mismatch = issuerMismatchIn(cause, provider.issuer);
        if (mismatch) mismatches.set(provider.id, mismatch);
        else mismatches.delete(provider.id);
      },
    );
    return configuration;
  };

  return {
    issuerMismatch: (providerId) => mismatches.get(providerId) ?? null,
    wayTo: async (provider, redirectUri, state) => {
      try {
        const configuration = await configurationOf(provider);
        const [nonce, verifier] = [randomNonce(), randomPKCECodeVerifier()];
        const url = buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: provider.scopes.join(' '),
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
        });
        return { ok: true, way: { url: url.href, nonce, verifier } };
      } catch (cause) {
        return { ok: false, cause };
      }
    },
    exchange: async (provider, url, { state, nonce, verifier }) => {
      try {
        const configuration = await configurationOf(provider);
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await authorizationCodeGrant(configuration, url, checks);
        const token = tokens.claims();
        if (!token) return { ok: false, reason: 'provider-refused', cause: new Error('no ID token') };
        const asks =
          isMore(token, provider) && configuration.serverMetadata().userinfo_endpoint !== undefined;
        const info = asks ? await fetchUserInfo(configuration, tokens.access_token, token.sub) : {};
        const claims = claimsOf({ ...info, ...token }, token.iss, token.sub, provider);
        return {
          ok: true,
          claims: { ...claims, groups: await followed(claims.groups, provider, tokens.access_token) },
        };
      } catch (cause) {
        if (issuerMismatchIn(cause, provider.issuer)) return { ok: false, reason: 'issuer-differs', cause };
        return {
          ok: false,
          reason: isUnreachable(cause) ? 'provider-unavailable' : 'provider-refused',
          cause,
        };
      }
    },
  };
}

function authenticationOf({ clientSecret, clientAuthentication }: Provider): ClientAuth {
  if (clientSecret === null) return None();
  return clientAuthentication === 'post' ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
}

function discover(provider: Provider): Promise<Configuration> {
  const url = new URL(provider.issuer);
  return discovery(url, provider.clientId, {}, authenticationOf(provider), {
    timeout: timeoutSeconds,
    execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
  });
}

/** What the token does not say is asked where it points to, if the operator wants that. */
async function followed(groups: SaidGroups, provider: Provider, accessToken: string): Promise<SaidGroups> {
  if (groups.known || !provider.followsGroupSource || provider.groupsClaim === null) return groups;
  const url = provider.groupSource ?? groups.source?.url;
  if (url === undefined) return groups;
  // A token that came with the address is for that address.
  const own = provider.groupSource === null ? groups.source?.accessToken : null;
  return groupsAt({ url, accessToken: own ?? accessToken }, provider.groupsClaim);
}

/** Nobody answered, as against a no. */
function isUnreachable(cause: unknown): boolean {
  if (cause instanceof ClientError) return cause.code === 'OAUTH_TIMEOUT' || isUnreachable(cause.cause);
  return cause instanceof TypeError || (cause instanceof Error && cause.name === 'TimeoutError');
}
