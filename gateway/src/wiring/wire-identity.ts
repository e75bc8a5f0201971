/** Wires identity: who asks, how they prove it, and which groups they are in. */
import { randomBytes } from 'node:crypto';
import { accessRoom, type AccessRoom } from '#identity/access/access.room.ts';
import {
  accountsRoom,
  browserLimits,
  type AccountsDeps,
  type AccountsRoom,
} from '#identity/accounts/accounts.room.ts';
import { apiKeysRoom } from '#identity/api-keys/api-keys.room.ts';
import { factorsRoom } from '#identity/factors/factors.room.ts';
import { groupsRoom, type GroupsDeps } from '#identity/groups/groups.room.ts';
import { oidcRoom } from '#identity/oidc/oidc.room.ts';
import { boundedQueue, hashingLimits } from '#platform/bounded-queue.ts';
import type { Ground } from './ground.ts';

export type IdentityNeeds = Pick<AccountsDeps, 'post'> &
  Required<Pick<GroupsDeps, 'groupNamed' | 'isOfExtension'>>;
export type Identity = ReturnType<typeof wireIdentity>;

/** What the other rooms of identity take from the accounts. */
type Person = Pick<AccountsRoom, 'confirmPerson' | 'hasPassword' | 'openSession' | 'tellOwner'>;

/**
 * Three pairs of rooms need each other: access asks accounts and API keys whose a credential is, and both
 * issue credentials with it; accounts ask factors and OIDC what else a sign-in needs. The function of the
 * room that is built later is called by name.
 */
export function wireIdentity(ground: Ground, { post, groupNamed, isOfExtension }: IdentityNeeds) {
  const { config, live, keys, log, now, shutdown } = ground;
  const { prisma, pool } = ground.database;
  const setupToken = config.setupToken ?? randomBytes(24).toString('base64url');
  const hashing = boundedQueue(hashingLimits);
  const access = wireAccess(ground, {
    judgeSession: (session) => accounts.judgeSession(session),
    isApiKey: (token) => apiKeys.isApiKey(token),
    findApiKey: (token) => apiKeys.findApiKey(token),
    countKeyUse: (keyId) => apiKeys.countKeyUse(keyId),
    foreign: ground.hooks.identifyForeign && {
      identify: ground.hooks.identifyForeign,
      groupIdsByName: (names) => groups.idsByName(names),
    },
  });
  const { principalOf } = access;
  const rightsChanged = access.bumpEpoch;
  const groups = groupsRoom({ prisma, pool, rightsChanged, groupNamed, isOfExtension });
  const apiKeys = apiKeysRoom({
    prisma,
    hashing,
    principalOf,
    rightsChanged,
    tellOwner: (userId) => accounts.tellOwner(userId, 'api-key.create'),
    log,
    now,
  });
  shutdown.add('api keys', apiKeys.stop);
  const accounts = accountsRoom({
    ...credentialsOf(access),
    prisma,
    pool,
    setupToken,
    registration: () => live().registration,
    sessionLimits: () => browserLimits(live().sessionIdleHours, live().sessionDays),
    post,
    publicUrl: config.publicUrl,
    secret: keys.secret,
    hashing,
    groupsOfUsers: groups.groupsOfUsers,
    secondStepFor: (account) => factors.secondStepFor(account),
    otherWays: (c) => ({ passkeys: factors.takesPasskeys(c), providers: oidc.providers() }),
    groupNotesOfUsers: (userIds) => oidc.groupNotesOf(userIds),
    rightsChanged,
    log,
    now,
  });
  shutdown.add('accounts', accounts.stop);
  const { confirmPerson, hasPassword, openSession, tellOwner } = accounts;
  const person: Person = { confirmPerson, hasPassword, openSession, tellOwner };
  const factors = wireFactors(ground, principalOf, person);
  const oidc = oidcRoom({
    prisma,
    providersFile: config.oidcFile,
    publicUrl: config.publicUrl,
    secret: keys.secret,
    principalOf,
    sessionUserOf: async (c) => {
      const tokenHash = access.presentedSessionHash(c);
      return (tokenHash && (await accounts.findSession(tokenHash)))?.user.id ?? null;
    },
    ...person,
    secondStepFor: factors.secondStepFor,
    signsInOtherwise: async (userId) =>
      (await accounts.hasPassword(userId)) || (await factors.hasPasskey(userId)),
    findUser: accounts.findUser,
    findByEmail: accounts.findByEmail,
    createAccount: accounts.createWithoutPassword,
    isRegistrationOpen: () => live().registration === 'open',
    isInvited: accounts.isInvited,
    assignGroups: groups.assignAmong,
    log,
    now,
  });
  return {
    access,
    accounts,
    groups,
    apiKeys,
    rightsChanged,
    setupToken,
    rooms: [accounts, factors, oidc, apiKeys, groups],
    owners: { ...accounts.owners, ...factors.owners, ...oidc.owners, ...apiKeys.owners },
  };
}

type Lookups = Pick<
  Parameters<typeof accessRoom>[0],
  'judgeSession' | 'isApiKey' | 'findApiKey' | 'countKeyUse' | 'foreign'
>;

function wireAccess({ config, keys, database, permissions, now }: Ground, lookups: Lookups): AccessRoom {
  return accessRoom({
    ...lookups,
    pool: database.pool,
    accessSigner: keys.accessSigner,
    accessKey: keys.accessKey,
    secret: keys.secret,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    accessTokenSeconds: config.accessTokenSeconds,
    permissions,
    now,
  });
}

/** What accounts issue and recognize by the access room. */
function credentialsOf(access: AccessRoom) {
  const { cookies } = access;
  return {
    principalOf: access.principalOf,
    issueAccessToken: access.issueAccessToken,
    newRefreshToken: access.newRefreshToken,
    refreshTokenHashOf: access.refreshTokenHashOf,
    tokenHashOf: access.tokenHashOf,
    csrfTokenOf: cookies.csrfTokenOf,
    openingCookies: cookies.opening,
    closingCookies: cookies.closing,
    newSessionToken: cookies.newToken,
    presentedSessionHash: access.presentedSessionHash,
    clientAddressOf: access.clientAddressOf,
    networkOf: access.networkOf,
  };
}

function wireFactors(
  { database, keys, config, shutdown, log, now }: Ground,
  principalOf: AccessRoom['principalOf'],
  person: Person,
) {
  const factors = factorsRoom({
    prisma: database.prisma,
    pool: database.pool,
    secret: keys.secret,
    publicUrl: config.publicUrl,
    principalOf,
    ...person,
    log,
    now,
  });
  shutdown.add('factors', factors.stop);
  return factors;
}
