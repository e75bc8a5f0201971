/** The life of one registered container: asked at once and then again and again, switched and decided on by admins. */
import type { Dispatcher } from 'undici';
import { createTicker } from '#platform/ticker.ts';
import { openPool } from '#platform/upstream/transport.ts';
import type { Decision } from '#plugins/registry/approving.types.ts';
import { groupNamesIn } from '../registry/compile.rules.ts';
import type { PluginRecord, Service } from '../registry/service.types.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { announcements } from './announcements.ts';
import { containerCheck } from './container-check.ts';
import { containerDecision } from './container-decision.ts';
import { containerGround, type ContainerNeeds } from './container-ground.ts';
import { rememberedPlugin } from './remembered.rules.ts';

export type Container = {
  service: Service;
  /** Connections for what people ask of it: apart from the checks', so that neither waits for the other. */
  dispatcher: Dispatcher;
  record: () => PluginRecord;
  start: () => void;
  checkNow: () => Promise<void>;
  /** Whether its first check has ended, or none is due because it is switched off. */
  isAsked: () => boolean;
  /** A group got a name. What the present manifest says of it counts when this resolves. @param isMeant by that name */
  groupNamed: (isMeant: (name: string) => boolean) => Promise<void>;
  /** What is kept of it was written by another gateway: from now on it counts here. */
  adopt: (record: PluginRecord) => void;
  /** Some group was deleted, maybe one that its rules name. */
  groupsMayBeGone: () => void;
  /** It says that there is news: asked soon, and once however often it says so. */
  announced: () => void;
  /** @throws when it cannot be kept; nothing is changed then */
  setEnabled: (isEnabled: boolean) => Promise<void>;
  /**
   * A superuser's word on what waits.
   * @param digest of what they saw
   * @returns `outdated`: something else waits by now, or nothing
   * @throws when it cannot be kept; nothing is changed then
   */
  decide: (
    outcome: Decision['outcome'],
    digest: string,
    who: { userId: string; email: string },
  ) => Promise<'done' | 'outdated' | 'conflict'>;
  stop: () => Promise<void>;
};

const poolOptions = { connectTimeoutMs: 1500, keepAliveTimeout: 30_000 };

/** @param known what was kept of it, so that it is in the snapshot before its first check */
export function createContainer(service: Service, known: PluginRecord, needs: ContainerNeeds): Container {
  const { registry, log, now } = needs;
  const { id, origin } = service;
  const dispatcher = openPool(service, { ...poolOptions, connections: 8 });
  const probing = openPool(service, { ...poolOptions, connections: 2 });
  const ground = containerGround(service, known, needs);
  const { keeper, stopping, present, apply, withheldIfTaken } = ground;
  const { record } = keeper;
  const check = containerCheck(ground, needs, probing);
  let hasBeenAsked = false;
  let isHurried = false;
  let lastCheckAt = Number.NEGATIVE_INFINITY;
  const news = announcements(
    () => void checkNow(),
    () => lastCheckAt,
  );
  // Of a place that is only proved anew or approved otherwise, what was found goes on until the first check.
  const found = present();
  registry.put(
    found?.origin === origin
      ? { ...found, ca: service.ca }
      : withheldIfTaken(rememberedPlugin(service, known, now())),
  );
  const ticker = createTicker(
    () => {
      const wasHurried = isHurried;
      isHurried = false;
      lastCheckAt = performance.now();
      return check(wasHurried).finally(() => (hasBeenAsked = true));
    },
    (err) => log.error({ err, plugin: id }, 'a check broke: this is a bug'),
  );

  const decide = containerDecision(ground, { id, note: needs.note, log, now }, () => ticker.runNow());

  async function groupNamed(isMeant: (name: string) => boolean): Promise<void> {
    const manifest = present()?.admitted?.manifest;
    if (!manifest || !groupNamesIn(manifest).some(isMeant)) return;
    await keeper.pinGroups(manifest);
    // Another manifest was read with the groups of now.
    const plugin = ground.stillServing(manifest);
    if (!plugin) return;
    const { after } = apply(plugin, { kind: 'groups-pinned' });
    if (needs.asks()) keeper.keep(after);
  }

  function adopt(kept: PluginRecord): void {
    const own = record();
    // Of what this gateway asks for itself it knows the newest, but not what an admin said to another.
    keeper.adopt(needs.asks() ? { ...own, isEnabled: kept.isEnabled } : kept);
    const plugin = present();
    if (!plugin) return;
    if (!needs.asks()) registry.put(withheldIfTaken(rememberedPlugin(service, kept, now())));
    else if (own.isEnabled !== kept.isEnabled) switched(plugin, kept.isEnabled);
  }

  function switched(plugin: Plugin, isEnabled: boolean): void {
    apply(plugin, { kind: 'switched', isEnabled });
    log.info({ plugin: id, isEnabled }, 'plugin switched by an admin');
    if (isEnabled) void ticker.runNow();
  }

  function checkNow(): Promise<void> {
    isHurried = true;
    return record().isEnabled ? ticker.runNow() : Promise.resolve();
  }

  async function setEnabled(isEnabled: boolean): Promise<void> {
    if (record().isEnabled === isEnabled) return;
    await keeper.switch(isEnabled);
    const plugin = present();
    if (plugin) switched(plugin, isEnabled);
    if (isEnabled) await ticker.runNow();
  }

  async function stop(): Promise<void> {
    stopping.abort();
    news.stop();
    await ticker.stop();
    await Promise.all([dispatcher.destroy(), probing.destroy()]);
    await keeper.settled();
  }

  return {
    service,
    dispatcher,
    record,
    start: () => {
      if (record().isEnabled) ticker.start();
    },
    checkNow,
    isAsked: () => hasBeenAsked || !record().isEnabled,
    groupNamed,
    adopt,
    groupsMayBeGone: keeper.groupsMayBeGone,
    announced: () => {
      if (record().isEnabled) news.announced();
    },
    setEnabled,
    decide,
    stop,
  };
}
