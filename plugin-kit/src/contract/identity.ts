/** How the gateway tells a container who is asking: headers for convenience, a signed assertion as proof. */

/** `iss` of every assertion and access token. */
export const issuer = 'berth';

export const identityHeaders = {
  userId: 'x-user-id',
  email: 'x-user-email',
  name: 'x-user-name',
  groups: 'x-user-groups',
  superuser: 'x-user-superuser',
  assertion: 'x-berth-assertion',
  callback: 'x-berth-callback',
  requestId: 'x-request-id',
} as const;

/** At most this long is an assertion good. */
export const assertionLifetimeSeconds = 300;

/** The claims of `x-berth-assertion`: a JWT signed with EdDSA; keys at `/.well-known/jwks.json` of the gateway. */
export type AssertionClaims = {
  iss: typeof issuer;
  /** The plugin id that it is good for. */
  aud: string;
  /** The user id, a UUID. */
  sub: string;
  iat: number;
  exp: number;
  email?: string;
  name?: string;
  /** Only groups that the manifest names, unless it claims `all_groups` too. */
  groups?: string[];
  superuser?: boolean;
};

/** Who the gateway says is asking, as a container sees it. */
export type Caller = {
  userId: string;
  email?: string;
  name?: string;
  groups: string[];
  isSuperuser: boolean;
};
