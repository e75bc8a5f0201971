/**
 * Request headers that end at the gateway (hazards H1 to H6, H12). Applications believe these names because a
 * proxy of their kind writes them and takes them away from clients first; here the gateway is that proxy. A
 * name that is spelt with anything but letters, digits and dashes is dropped before this table is asked, so
 * `X_Remote_User` and `x.remote.user` need no rows.
 */

type Reserved = { names?: readonly string[]; families?: readonly string[]; because: string };

/** In lower case. A family is how all of its names begin. */
export const reservedHeaders: readonly Reserved[] = [
  {
    families: ['x-user-', 'x-berth-'],
    names: ['x-user', 'x-userid', 'x-username', 'x-csrf-token'],
    because: 'Berth itself says here who is asking, or reads here what containers have no use for',
  },
  {
    names: ['keep-alive', 'te', 'trailer', 'http2-settings'],
    families: ['proxy-'],
    because: 'RFC 9110 7.6.1: meant for the next hop, which is the gateway',
  },
  {
    families: ['x-forwarded', 'x-envoy-'],
    names: [
      'forwarded',
      'x-real-ip',
      'x-client-ip',
      'x-cluster-client-ip',
      'true-client-ip',
      'fastly-client-ip',
    ],
    because: 'client address, host, scheme or user as a proxy in front saw them; the gateway writes its own',
  },
  {
    families: ['cf-connecting-ip', 'x-azure-clientip', 'x-azure-socketip', 'wl-proxy-'],
    names: ['cf-pseudo-ipv4', 'front-end-https', 'x-url-scheme', 'x-scheme'],
    because: 'the same of Cloudflare, Azure Front Door, WebLogic, IIS and older nginx setups',
  },
  {
    families: ['x-original-'],
    names: ['x-rewrite-url', 'x-override-url', 'x-script-name', 'x-ingress-path'],
    because: 'another path than the one that was checked: IIS, Symfony, WSGI applications, Home Assistant',
  },
  {
    names: ['x-http-method', 'x-http-method-override', 'x-method-override'],
    because: 'another method than the one that was checked',
  },
  {
    families: ['remote-', 'x-remote-'],
    because:
      'REMOTE_USER of CGI as a header (Authelia, Radicale, Miniflux), X-Remote-User and -Group (Kubernetes)',
  },
  { families: ['x-webauth-'], because: 'auth.proxy of Grafana, reverse proxy sign-in of Gitea and Forgejo' },
  { families: ['x-gateway-'], because: 'the name under which API gateways commonly pass a user on' },
  { families: ['x-auth-request-'], because: 'oauth2-proxy' },
  {
    families: ['x-auth-user', 'x-auth-email', 'x-auth-name', 'x-auth-group', 'x-auth-role', 'x-auth-subject'],
    names: ['x-auth-audience', 'x-auth-expiresin', 'x-auth-id', 'x-auth-sub'],
    because:
      'Keycloak Gatekeeper and Louketo, forward-auth setups; x-auth-token and x-auth-key are credentials and pass',
  },
  {
    families: ['x-authenticated-'],
    names: ['x-anonymous-consumer'],
    because: 'Kong, Caddy, Spring Cloud Gateway',
  },
  { families: ['x-consumer-', 'x-credential-'], because: 'Kong: which consumer and credential it found' },
  { families: ['x-authentik-'], because: 'authentik outposts' },
  { families: ['x-pomerium-'], because: 'Pomerium' },
  { families: ['x-vouch-'], because: 'Vouch Proxy' },
  { families: ['x-token-'], because: 'caddy-security: claims of the token that it checked' },
  { families: ['tailscale-'], because: 'Tailscale Serve: login, name, capabilities' },
  { families: ['cf-access-'], because: 'Cloudflare Access' },
  {
    families: ['x-goog-authenticated-', 'x-goog-iap-', 'x-appengine-user-', 'x-apigateway-api-'],
    names: ['x-endpoint-api-userinfo'],
    because: 'Google Identity-Aware Proxy, App Engine, API Gateway and Endpoints; other x-goog- names pass',
  },
  {
    families: ['x-amzn-oidc-', 'x-amzn-mtls-'],
    because: 'AWS load balancers; other x-amzn- and x-amz- names pass',
  },
  {
    families: ['x-ms-client-principal', 'x-ms-token-'],
    names: ['x-arr-clientcert'],
    because: 'Azure App Service sign-in; other x-ms- names pass',
  },
  {
    families: ['ssl-client-', 'x-ssl-', 'x-client-cert', 'x-tls-client-', 'client-cert'],
    names: ['x-client-verify', 'x-client-dn', 'x-client-subject'],
    because: 'a client certificate as the end of TLS saw it (RFC 9440, nginx, HAProxy, Traefik)',
  },
  {
    families: ['oidc-', 'x-oidc-', 'x-jwt-claim-'],
    names: ['x-jwt-assertion', 'x-jwt-payload', 'teleport-jwt-assertion'],
    because: 'claims that mod_auth_openidc, Envoy, Traefik, WSO2 or Teleport have checked',
  },
  {
    families: ['shib-', 'x-shib-', 'sm-user', 'iv-'],
    names: ['oam-remote-user', 'x-grafana-user'],
    because: 'Shibboleth, SiteMinder, IBM WebSEAL, Oracle Access Manager; Grafana towards its data sources',
  },
];

const names = new Set(reservedHeaders.flatMap((row) => row.names ?? []));
const families = reservedHeaders.flatMap((row) => row.families ?? []);

/** @param name in lower case, of letters, digits and dashes */
export function isReservedHeader(name: string): boolean {
  return names.has(name) || families.some((family) => name.startsWith(family));
}
