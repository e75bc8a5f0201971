/** For tests: a real OpenID provider on a real socket, where whoever is set as the person is signed in at once and consents. */
import { createServer } from 'node:http';
import { Provider, type ClientMetadata, type JWKS } from 'oidc-provider';
import { exportJWK, generateKeyPair } from 'jose';

export type IdentityProvider = Awaited<ReturnType<typeof identityProvider>>;

type PersonThere = { sub: string } & Record<string, unknown>;

/** @param path below which it lives; `/` at its end belongs to the issuer */
export async function identityProvider({ path = '' } = {}) {
  const server = createServer();
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const issuer = origin + path;
  const state: { person: PersonThere; says: 'yes' | 'no' } = { person: { sub: 'nobody' }, says: 'yes' };

  return {
    issuer,
    /** Who is signed in there. */
    become: (person: PersonThere) => void Object.assign(state, { person, says: 'yes' }),
    refuse: () => void Object.assign(state, { says: 'no' }),
    serve: async (clients: ClientMetadata[]) => {
      const { privateKey } = await generateKeyPair('RS256', { extractable: true });
      const jwks: JWKS = {
        keys: [{ ...(await exportJWK(privateKey)), kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'one' }],
      };
      const provider = new Provider(issuer, {
        clients,
        jwks,
        cookies: { keys: ['a key of the tests'] },
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
        scopes: ['openid', 'email', 'profile', 'groups'],
        claims: {
          openid: ['sub'],
          email: ['email', 'email_verified'],
          profile: ['name'],
          groups: ['groups', 'realm_access', 'hasgroups'],
        },
        findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...state.person, sub }) }),
        loadExistingGrant: async (context) => {
          const grant = new context.oidc.provider.Grant({
            clientId: context.oidc.client?.clientId ?? '',
            accountId: context.oidc.session?.accountId ?? '',
          });
          grant.addOIDCScope('openid email profile groups');
          await grant.save();
          return grant;
        },
        pkce: { required: () => true },
        ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
      });
      const answer = provider.callback();
      const prefix = path.replace(/\/$/, '');
      server.on('request', (req, res) => {
        if (prefix !== '' && req.url?.startsWith(prefix)) {
          // As a router does that is mounted there: the provider makes its addresses of both.
          Object.assign(req, { originalUrl: req.url, url: req.url.slice(prefix.length) });
        }
        if (!req.url?.startsWith('/interaction/')) return void answer(req, res);
        const result =
          state.says === 'yes' ? { login: { accountId: state.person.sub } } : { error: 'access_denied' };
        void provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
      });
    },
    /** It is down, and comes back at the same address. */
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () => listen(port),
  };
}
