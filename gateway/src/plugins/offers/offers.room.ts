/**
 * The door of what can be added: signed catalogues of known containers, and the list of services that grows
 * by them.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Hono } from 'hono';
import { readFileSync } from 'node:fs';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { createEgress } from '../connections/egress.client.ts';
import { serviceSnippet } from '../discovery/services-edit.rules.ts';
import { servicesEditor, ServicesNotWritable } from '../discovery/services-editor.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { catalogueFeed, type CatalogueAddress } from './catalogue-feed.ts';
import { composeRuntime, type ComposeOptions } from './compose-runtime.client.ts';
import { withComposeService } from './compose.rules.ts';
import { kubernetesRuntime, type KubernetesOptions } from './kubernetes-runtime.client.ts';
import { kubernetesSnippet } from './kubernetes.rules.ts';
import { listedRoutes } from './listed.routes.ts';
import { listedUseCases } from './listed.usecases.ts';
import { offersPolicies } from './offers.policy.ts';
import { offersRoutes } from './offers.routes.ts';
import { catalogueStore } from './offers.store.ts';
import { offersUseCases } from './offers.usecases.ts';
import { shippedKey } from './shipped-key.ts';

type RuntimeOptions = ComposeOptions | KubernetesOptions;

export type OffersDeps = {
  prisma: PrismaClient;
  snapshot: () => Snapshot;
  servicesFile: string;
  servicesFromEnv: readonly { id: string }[];
  catalogueAddresses: readonly CatalogueAddress[];
  runtime: RuntimeOptions | null;
  now: () => number;
  log: Logger;
  /** The catalogue that ships with the program, where it is another one. */
  shipped?: { document: string; key: string };
};

export type OffersRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  start: () => void;
  stop: () => Promise<void>;
};

export function offersRoom(deps: OffersDeps): OffersRoom {
  const egress = createEgress();
  const {
    shipped = {
      document: readFileSync(new URL('shipped-catalogue.json', import.meta.url), 'utf8'),
      key: shippedKey,
    },
  } = deps;
  const feed = catalogueFeed({
    shipped,
    addresses: deps.catalogueAddresses,
    store: catalogueStore(deps.prisma),
    egress,
    now: deps.now,
    log: deps.log,
  });
  const editor = servicesEditor(deps.servicesFile);
  const runtime = deps.runtime && runtimeOf(deps.runtime);
  const services = {
    ...editor,
    snippet: serviceSnippet,
    wordsFor: (error: unknown) => (error instanceof ServicesNotWritable ? error.message : null),
  };
  const fromEnvironment = deps.servicesFromEnv.map(({ id }) => id);
  const { snapshot } = deps;
  const useCases = offersUseCases({
    catalogues: feed.all,
    snapshot,
    servicesFile: deps.servicesFile,
    fromEnvironment,
    services,
    composeSnippet: (entry, variables) => {
      const edit = withComposeService(null, entry, variables);
      return edit.ok ? edit.text : '';
    },
    kubernetesSnippet: (entry, variables) =>
      kubernetesSnippet(entry, variables, isInKubernetes(deps.runtime) ? deps.runtime.namespace : 'berth'),
    runtime,
  });
  const { adding } = useCases;
  const listed = listedUseCases({ adding, snapshot, fromEnvironment, services, runtime });
  return {
    routes: offersRoutes(useCases, feed.refresh).route('/', listedRoutes(listed)),
    policies: offersPolicies,
    start: feed.start,
    stop: async () => {
      await feed.stop();
      await egress.close();
    },
  };
}

function isInKubernetes(options: RuntimeOptions | null): options is KubernetesOptions {
  return options !== null && 'namespace' in options;
}

function runtimeOf(options: RuntimeOptions) {
  return isInKubernetes(options) ? kubernetesRuntime(options) : composeRuntime(options);
}
