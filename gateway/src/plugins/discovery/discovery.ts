/** Keeps a container in the registry for each service that is configured: no more, no fewer. */
import { createSemaphore } from '@berth/plugin-kit/base/semaphore.ts';
import { setImmediate as yieldTurn } from 'node:timers/promises';
import { upstreamKey } from '#platform/upstream/upstream.ts';
import { reservedPrefixes } from '../registry/next-snapshot.rules.ts';
import type { RegistryStore } from '../registry/registry.store.ts';
import type { PluginRecord, Service } from '../registry/service.types.ts';
import type { ContainerNeeds } from './container-ground.ts';
import { createContainer, type Container } from './container.ts';
import { watchServicesFile } from './services-file.ts';
import { mergeSources, readServicesEnvironment, servicesAfter, type FileReading } from './sources.rules.ts';

export type Discovery = {
  /** Knows every plugin that was known before when it resolves; checks run on. @throws when the database is away */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  container: (id: string) => Container | undefined;
  /** Some group was deleted: rules that name it are looked at with the next check. */
  groupsMayBeGone: () => void;
  /** A group got a name: rules that were waiting for it count when this resolves. @param isMeant by that name */
  groupNamed: (isMeant: (name: string) => boolean) => Promise<void>;
  /** Other gateways use the database: what they wrote counts here from now on. @param asksSinceNow the containers are this one's to ask */
  followOthers: (asksSinceNow: boolean) => Promise<void>;
  /** Ids of services whose first check has not ended. */
  notAskedYet: () => string[];
  /** What is wrong with the configured sources, in words for an admin. */
  problems: () => readonly string[];
};

type Needs = Omit<ContainerNeeds, 'save' | 'saveEnabled' | 'note' | 'reserved' | 'semaphore'> & {
  store: RegistryStore;
  servicesFile: string;
  servicesFromEnv: readonly { id: string; url: string }[];
  reservedPaths: () => readonly string[];
};

/** Hanging containers hold a place for four seconds at most: a thousand of them are asked within a minute. */
const maxAtOnce = 128;
/** Containers made or started in one turn of the event loop. */
const atATime = 10;

export function createDiscovery(needs: Needs): Discovery {
  const { log, store, registry } = needs;
  const environment = readServicesEnvironment(needs.servicesFromEnv);
  const containers = new Map<string, Container>();
  let records = new Map<string, PluginRecord>();
  let fromFile: readonly Service[] = [];
  let problems: readonly string[] = [];
  const ending = new Set<Promise<void>>();
  const containerNeeds: ContainerNeeds = {
    ...needs,
    semaphore: createSemaphore(maxAtOnce),
    save: store.save,
    saveEnabled: store.saveEnabled,
    note: store.note,
    reserved: () => reservedPrefixes(needs.reservedPaths()),
  };
  let following: Promise<void> = Promise.resolve();
  let isStopped = false;
  let versions = new Map<string, string>();
  const file = watchServicesFile(needs.servicesFile, hear);

  function hear(news: FileReading): void {
    fromFile = servicesAfter(fromFile, news);
    const merged = mergeSources(environment.services, fromFile);
    problems = [...environment.problems, ...news.problems, ...merged.problems];
    for (const problem of problems)
      log.warn({ problem }, 'an entry among the sources of services cannot be used');
    following = following
      .then(() => follow(merged.services))
      .catch((err: unknown) => log.error({ err }, 'the services could not be followed: this is a bug'));
  }

  /** A few at a time, so that a list of a thousand holds up no request. */
  async function follow(services: readonly Service[]): Promise<void> {
    const wanted = new Map(services.map((service) => [service.id, service]));
    for (const [id, container] of containers) {
      const next = wanted.get(id);
      if (next && isSame(next, container.service)) continue;
      retire(id, container);
      if (!next) registry.remove(id);
    }
    const missing = services.filter(({ id }) => !containers.has(id));
    // Whoever was there first keeps its mounts over a restart.
    const added: Container[] = [];
    for (const service of missing.toSorted((one, other) => firstSeen(one.id) - firstSeen(other.id))) {
      if (isStopped) return;
      const container = createContainer(
        service,
        records.get(service.id) ?? unknownRecord(service.id),
        containerNeeds,
      );
      containers.set(service.id, container);
      added.push(container);
      if (added.length % atATime === 0) await yieldTurn();
    }
    for (const [index, container] of added.entries()) {
      // It may have gone again meanwhile, and then it stays silent.
      if (containers.get(container.service.id) === container) container.start();
      if (index % atATime === atATime - 1) await yieldTurn();
    }
  }

  function retire(id: string, container: Container): void {
    records.set(id, container.record());
    containers.delete(id);
    const end = container.stop().finally(() => ending.delete(end));
    ending.add(end);
  }

  function firstSeen(id: string): number {
    return records.get(id)?.admitted?.admittedAt ?? Number.POSITIVE_INFINITY;
  }

  return {
    start: async () => {
      records = await store.all();
      await file.start();
      await following;
    },
    stop: async () => {
      isStopped = true;
      await file.stop();
      await following;
      for (const [id, container] of containers) retire(id, container);
      await Promise.all(ending);
    },
    container: (id) => containers.get(id),
    groupsMayBeGone: () => {
      for (const container of containers.values()) container.groupsMayBeGone();
    },
    groupNamed: async (isMeant) => {
      await Promise.all([...containers.values()].map((container) => container.groupNamed(isMeant)));
    },
    followOthers: async (asksSinceNow) => {
      const present = await store.versions();
      const changed = [...present].flatMap(([id, version]) => (versions.get(id) === version ? [] : [id]));
      versions = present;
      for (const [id, record] of changed.length > 0 ? await store.all(changed) : []) {
        const container = containers.get(id);
        if (container) container.adopt(record);
        else records.set(id, record);
      }
      if (asksSinceNow) await Promise.all([...containers.values()].map((container) => container.checkNow()));
      // Another gateway may have made a group that a rule was waiting for.
      else await Promise.all([...containers.values()].map((container) => container.groupNamed(() => true)));
    },
    notAskedYet: () =>
      [...containers.values()].filter((container) => !container.isAsked()).map(({ service }) => service.id),
    problems: () => problems,
  };
}

function unknownRecord(id: string): PluginRecord {
  return { id, isEnabled: true, groupPins: new Map(), refusedWishes: new Set(), admitted: null };
}

function isSame(one: Service, other: Service): boolean {
  return (
    upstreamKey(one) === upstreamKey(other) &&
    one.source === other.source &&
    one.approving === other.approving
  );
}
