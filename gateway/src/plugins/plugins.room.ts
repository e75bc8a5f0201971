/**
 * The door of the plugins: where containers are, what they say of themselves, who sees them, and their
 * settings.
 */
import { isAnswering } from '@berth/plugin-kit/contract/wire/plugins.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Hono, type Context } from 'hono';
import type { Dispatcher } from 'undici';
import { rightsKeyOf, standardPermissions, type PermissionProvider } from '#identity/access/permissions.ts';
import type { Identify, Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { actionCaller } from './actions/action.client.ts';
import { actionRoutes, type OnActionEnd } from './actions/actions.routes.ts';
import { announceRoutes } from './announce/announce.routes.ts';
import { callbackTokens } from './announce/callback-token.ts';
import { catalogueEvents } from './catalogue/catalogue-events.ts';
import { catalogueRoutes } from './catalogue/catalogue.routes.ts';
import type { FrameToken } from './catalogue/catalogue.usecases.ts';
import { ownLists } from './catalogue/own-lists.ts';
import { contributionsRoutes } from './contributions/contributions.routes.ts';
import { createDiscovery } from './discovery/discovery.ts';
import { iconRoutes } from './catalogue/icon.routes.ts';
import { pluginsPolicies } from './plugins.policy.ts';
import { createRegistry } from './registry/registry.ts';
import { readIcon } from './icons/icon.rules.ts';
import { registryStore } from './registry/registry.store.ts';
import type { Snapshot } from './registry/snapshot.ts';
import { createSchemaChecker, type SchemaChecker } from './schema/schema-checker.ts';
import { liveClient } from './live/live.client.ts';
import { liveRoutes } from './live/live.routes.ts';
import { settingsKeeper } from './settings/settings.client.ts';
import { settingsRoutes } from './settings/settings.routes.ts';
import { sweepHistory } from './settings/history-sweep.ts';
import { settingsHistory } from './settings/settings.store.ts';
import type { SettingsNeeds } from './settings/settings.usecases.ts';

export type PluginsNeeds = {
  database: { prisma: PrismaClient };
  /** Path of `services.yaml`; it need not exist. */
  servicesFile: string;
  servicesFromEnv: readonly { id: string; url: string }[];
  pollSeconds: number;
  /** Makes the group where there is none of that name. */
  ensureGroup: (name: string, description: string, formerly: string) => Promise<unknown>;
  idsByName: (names: string[]) => Promise<ReadonlyMap<string, string>>;
  /** Of the ids of groups, those that are no group's any more. */
  goneGroupsOf: (ids: string[]) => Promise<readonly string[]>;
  /** A value for `x-berth-assertion`. */
  signAssertion: (principal: Principal, pluginId: string) => string | Promise<string>;
  /** `expiresAt` in milliseconds since the epoch. */
  issueFrameToken: (principal: Principal, pluginId: string) => FrameToken | Promise<FrameToken>;
  principalOf: (c: Context) => Principal;
  /** What the edge found out about the plugin's container, for admins and in words. */
  notesOn?: (pluginId: string) => readonly string[];
  /** Asked again about whoever follows the catalogue when rights change, and when their credential ends. */
  identify: Identify;
  /** Calls with whose rights changed; `undefined`: anybody's. @returns a function that ends it */
  onRightsChanged: (listener: (userId: string | undefined) => void) => () => void;
  /** Signs what containers may call back with. */
  callbackSecret: string;
  /** Paths of all the gateway's routes: no plugin may mount there. Asked when a manifest is admitted. */
  reservedPaths?: () => readonly string[];
  /** Decides who may use which plugin; the standard one where none is given. */
  permissions?: PermissionProvider;
  /** How long lines of the history of settings are kept, in days; 0: for ever. Asked each day. */
  historyDays?: () => number;
  /** The end of an action whose events a person followed. */
  onActionEnd?: OnActionEnd;
  /** Whether this gateway asks the containers, rather than another one on the same database. */
  asks?: () => boolean;
  /** What else an admin should know beside the sources, in words. */
  warnings?: () => readonly string[];
  /** Calls with how a change of settings ended. */
  settingsChanged?: SettingsNeeds['changed'];
  now: () => number;
  /** From 0 to 1: spreads the polls. */
  random?: () => number;
  log: Logger;
};

export type PluginsRoom = {
  routes: Hono;
  /** For the internal port alone: what containers ask. */
  internalRoutes: Hono;
  policies: RoutePolicy[];
  /** @returns the id of the plugin that a callback token was given to; `null` for one that is not good */
  verifyCallback: (token: string) => string | null;
  snapshot: () => Snapshot;
  /** Whether a value fits a schema of a container, found out under guard. */
  fits: SchemaChecker['fits'];
  /**
   * Knows every plugin that was known before when it resolves; checks run on. @throws when the database is
   * away
   */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Ends the streams of the catalogue, so that a server with no request left can close. */
  endStreams: () => void;
  /** A group got a name: rules that were waiting for it count when this resolves. */
  groupNamed: (isMeant: (name: string) => boolean) => Promise<void>;
  /**
   * Other gateways use the database: what they wrote counts here from now on. @param asksSinceNow the
   * containers are this one's to ask
   */
  followOthers: (asksSinceNow: boolean) => Promise<void>;
  /** Ids of services whose first check has not ended. */
  notAskedYet: () => string[];
  /** Tells each new picture that somebody could tell from the one before. @returns a function that ends it */
  onChange: (listener: (snapshot: Snapshot) => void) => () => void;
};

export function pluginsRoom(needs: PluginsNeeds): PluginsRoom {
  const {
    database,
    pollSeconds,
    reservedPaths = () => [],
    asks = () => true,
    warnings = () => [],
    random = Math.random,
  } = needs;
  const registry = createRegistry(needs.permissions);
  const schemas = createSchemaChecker();
  const tokens = callbackTokens({ secret: needs.callbackSecret, now: needs.now });
  const { snapshot, onChange } = registry;
  const discovery = createDiscovery({
    ...needs,
    registry,
    store: registryStore(database.prisma, readIcon),
    compiles: schemas.compiles,
    intervalMs: pollSeconds * 1000,
    reservedPaths,
    asks,
    issueCallback: tokens.issue,
    random,
  });
  const { container } = discovery;
  const problems = () => [...warnings(), ...discovery.problems()];
  const answers = (id: string): boolean => {
    const plugin = snapshot().plugins.get(id);
    return plugin !== undefined && isAnswering(plugin);
  };

  // Another provider may tell people apart by anything.
  const isStandard = (needs.permissions ?? standardPermissions).ofPlugin === standardPermissions.ofPlugin;
  const ownList = ownLists(snapshot, isStandard ? rightsKeyOf : null);
  const events = catalogueEvents({ ownList, now: needs.now });
  const stopListening = [
    onChange(events.pictureChanged),
    needs.onRightsChanged(events.rightsChanged),
    needs.onRightsChanged((userId) => {
      if (userId === undefined) discovery.groupsMayBeGone();
    }),
  ];

  const routes = new Hono();
  catalogueRoutes(routes, { ...needs, snapshot, container, problems, ownList, events });
  iconRoutes(routes, { snapshot, principalOf: needs.principalOf });
  contributionsRoutes(routes, {
    ...needs,
    snapshot,
    dispatcherOf: (id) => container(id)?.dispatcher,
  });
  const spokenTo = <Client>(client: (dispatcher: Dispatcher) => Client) => {
    return (id: string): Client | undefined => {
      const found = container(id);
      return found && client(found.dispatcher);
    };
  };
  const desk = { ...needs, snapshot, keeper: spokenTo(settingsKeeper), fits: schemas.fits };
  const history = settingsHistory(database.prisma);
  const sweep = sweepHistory(history, needs);
  settingsRoutes(routes, { ...desk, changed: needs.settingsChanged, history });
  liveRoutes(routes, { ...desk, live: spokenTo(liveClient) });
  const actions = actionRoutes(routes, { ...desk, caller: spokenTo(actionCaller), onChange });
  return {
    routes,
    internalRoutes: announceRoutes({ container, tokens, isAnswering: answers }),
    policies: pluginsPolicies,
    verifyCallback: tokens.verify,
    snapshot,
    fits: schemas.fits,
    onChange,
    start: discovery.start,
    groupNamed: discovery.groupNamed,
    followOthers: discovery.followOthers,
    notAskedYet: discovery.notAskedYet,
    endStreams: () => {
      events.end();
      actions.end();
    },
    stop: async () => {
      for (const stop of stopListening) stop();
      events.end();
      await sweep.stop();
      await discovery.stop();
      await schemas.stop();
    },
  };
}
