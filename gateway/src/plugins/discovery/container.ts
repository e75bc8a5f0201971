/** The life of one registered container: asked at once and then again and again, each finding told to the registry. */
import type { Semaphore } from '@berth/plugin-kit/base/semaphore.ts';
import { createHash } from 'node:crypto';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { Dispatcher } from 'undici';
import { createTicker } from '#platform/ticker.ts';
import { openPool } from '#platform/upstream/transport.ts';
import { digestOf, judge, wishOf } from '../approval/approval.rules.ts';
import type { Decision, Difference } from '#plugins/registry/approving.types.ts';
import { compilePlugin, groupNamesIn } from '../registry/compile.rules.ts';
import { fetchIcon } from '../icons/icon.client.ts';
import { iconPathIn } from '../icons/icon.rules.ts';
import { mountConflicts } from '../registry/next-snapshot.rules.ts';
import type { Registry } from '../registry/registry.ts';
import type { PluginRecord, Service } from '../registry/service.types.ts';
import type { AdmittedManifest, CompiledPlugin, Plugin } from '../registry/snapshot.ts';
import type { SchemaVerdict } from '../schema/schema-checker.ts';
import { admit } from './admit.usecases.ts';
import { announcements } from './announcements.ts';
import { delayMs } from './delay.rules.ts';
import type { Admission, Probe } from './discovery.types.ts';
import { fallsWith, unsteadiness } from './flapping.rules.ts';
import { createMemory, type MemoryNeeds } from './memory.ts';
import { probe } from './probe.client.ts';
import { rememberedPlugin, restingState } from './remembered.rules.ts';
import { pluginAfter } from './verdict.rules.ts';

export type ContainerNeeds = MemoryNeeds & {
  registry: Registry;
  compiles: (schema: object) => Promise<SchemaVerdict>;
  note: (decision: Decision) => Promise<void>;
  reserved: () => readonly string[];
  /** Whether this gateway asks the containers, rather than another one on the same database. */
  asks: () => boolean;
  intervalMs: number;
  /** Bounds how many containers are asked at once. */
  semaphore: Semaphore;
  /** A value for `x-berth-callback`. */
  issueCallback: (pluginId: string) => string;
  now: () => number;
  random: () => number;
};

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

/** A manifest that a superuser has to decide on, and what serves until then. */
type Offer = {
  manifest: Manifest;
  unknownFields: readonly string[];
  serve: Manifest | null;
  differences: readonly Difference[];
  digest: string;
  wish: string;
  since: number;
};

const poolOptions = { connectTimeoutMs: 1500, keepAliveTimeout: 30_000 };
const defaultHealth = { path: '/health', timeout_ms: 2000 };

/** @param known what was kept of it, so that it is in the picture before anybody asked it */
export function createContainer(service: Service, known: PluginRecord, needs: ContainerNeeds): Container {
  const { registry, log, now } = needs;
  const { id, origin, approving } = service;
  const dispatcher = openPool(service, { ...poolOptions, connections: 8 });
  const probing = openPool(service, { ...poolOptions, connections: 2 });
  const stopping = new AbortController();
  const memory = createMemory(service, known, needs);
  const { record } = memory;
  let failures = 0;
  let hasBeenAsked = false;
  let falls: readonly number[] = [];
  let isHurried = false;
  /** The manifest whose picture was found, or found to be no good. */
  let iconSettledFor: Manifest | null = null;
  let lastCheckAt = Number.NEGATIVE_INFINITY;
  const news = announcements(
    () => void checkNow(),
    () => lastCheckAt,
  );
  /** What the container serves and its own version of it, where that is not what serves here. */
  let offer: Offer | null = null;
  /** Of the manifest that was read last: a container without ETags is not read anew each time. */
  let readHash: string | null = null;
  let readEtag: string | null = null;
  // Of a place that is only proved anew or approved otherwise, what was found goes on until the first check.
  const found = present();
  registry.put(
    found?.origin === origin
      ? { ...found, ca: service.ca }
      : withheldIfTaken(rememberedPlugin(service, known, now())),
  );

  const ticker = createTicker(firstOrLaterCheck, (err) =>
    log.error({ err, plugin: id }, 'a check broke: this is a bug'),
  );

  function firstOrLaterCheck(): Promise<number> {
    return check().finally(() => (hasBeenAsked = true));
  }

  async function check(): Promise<number> {
    const before = present();
    if (!before || !record().isEnabled || !needs.asks()) return needs.intervalMs;
    const health = before.admitted?.manifest.health ?? defaultHealth;
    const question = {
      origin,
      callback: needs.issueCallback(id),
      healthPath: health.path,
      healthTimeoutMs: health.timeout_ms,
      etag:
        readEtag ?? (before.admitted && record().admitted?.origin === origin ? before.admitted.etag : null),
      signal: stopping.signal,
    };
    const wasHurried = isHurried;
    isHurried = false;
    lastCheckAt = performance.now();
    const [found] = await Promise.all([
      needs.semaphore(() => probe(probing, question), wasHurried),
      memory.ensureOwnGroup(),
    ]);
    const { admission, hash } = await admissionOf(found);
    const manifest = admission?.ok ? admission.manifest : before.admitted?.manifest;
    if (manifest) await memory.pinGroups(manifest);
    if (stopping.signal.aborted || !record().isEnabled) return needs.intervalMs;
    const waitMs = conclude(found, admission, hash);
    if (found.isUp) await lookForIcon();
    return waitMs;
  }

  /** After the swap, so that a picture that is slow to come holds up nothing. Fetched once for each manifest that serves. */
  async function lookForIcon(): Promise<void> {
    const admitted = present()?.admitted;
    const path = admitted && iconPathIn(admitted.manifest.icon);
    if (!path || iconSettledFor === admitted.manifest) return;
    const answer = await needs.semaphore(() => fetchIcon(probing, path, stopping.signal));
    const plugin = present();
    // Another manifest may serve by now: its picture is looked for with the next check.
    if (stopping.signal.aborted || plugin?.admitted?.manifest !== admitted.manifest) return;
    const { icon: old, iconFault: _, ...rest } = plugin.admitted;
    if (answer.ok || answer.isFinal) iconSettledFor = admitted.manifest;
    // A container that stumbles keeps the picture that it had; one whose picture is no good loses it.
    const kept = answer.ok
      ? { icon: answer.icon }
      : !answer.isFinal && old
        ? { icon: old }
        : { iconFault: answer.reason };
    const after = { ...plugin, admitted: { ...rest, ...kept } };
    registry.put(after);
    memory.keep(after);
  }

  async function admissionOf(found: Probe): Promise<{ admission: Admission | null; hash: string | null }> {
    if (!found.isUp || found.manifest.kind !== 'bytes') return { admission: null, hash: null };
    const hash = createHash('sha256').update(found.manifest.bytes).digest('hex');
    return { admission: hash === readHash ? null : await admit(id, found.manifest.bytes, needs), hash };
  }

  /** From here to the swap nothing waits: two containers that ask for one mount cannot both find it free. */
  function conclude(found: Probe, offered: Admission | null, hash: string | null): number {
    const before = present();
    if (!before) return needs.intervalMs;
    const admission = offered?.ok ? withoutConflicts(offered) : offered;
    if (admission && !admission.ok && admission.reason !== 'busy')
      [offer, readHash, readEtag] = [null, null, null];
    if (admission?.ok) {
      readHash = hash;
      readEtag = found.isUp && found.manifest.kind === 'bytes' ? found.manifest.etag : null;
      offer = offerOf(before, admission);
    } else if (found.isUp && found.manifest.kind === 'bytes' && offered === null)
      readEtag = found.manifest.etag;
    const admitted = nextAdmitted(before, admission?.ok ? admission : null);
    const open = offer && { ...offer, isRefused: record().refusedWishes.has(offer.wish) };
    const waiting = open && !open.isRefused ? waitingFor(open) : undefined;
    const isFall = !found.isUp && (before.state === 'online' || before.state === 'degraded');
    falls = isFall ? fallsWith(falls, now()) : falls;
    const refused = open?.isRefused ? open.differences : [];
    const after = pluginAfter(
      before,
      { probe: found, admission, admitted, waiting, refused, unsteady: unsteadiness(falls, now()) },
      now(),
    );
    const isWell =
      found.isUp &&
      (found.manifest.kind !== 'failed' || admitted !== null) &&
      !(admission?.ok === false && admission.reason === 'busy');
    failures = isWell ? 0 : failures + 1;
    const waitMs = delayMs(failures, needs.intervalMs, needs.random());
    registry.put({ ...after, nextPollAt: now() + waitMs });
    if (before.state !== after.state)
      log.info(
        { plugin: id, from: before.state, to: after.state, detail: after.detail },
        'plugin changed its state',
      );
    memory.keep(after);
    return waitMs;
  }

  function withoutConflicts(admission: Extract<Admission, { ok: true }>): Admission {
    const errors = mountConflicts(registry.snapshot(), id, admission.manifest.mounts, needs.reserved());
    return errors.length > 0 ? { ok: false, reason: 'invalid', stage: 'manifest', errors } : admission;
  }

  /** @returns what of it a superuser has to decide on; `null` when it serves as it is */
  function offerOf(
    before: Plugin,
    { manifest, unknownFields }: Extract<Admission, { ok: true }>,
  ): Offer | null {
    const { serve, differences } = judge(approving, before.admitted?.manifest ?? null, manifest);
    if (differences.length === 0) return null;
    const digest = digestOf(serve, manifest);
    return {
      manifest,
      unknownFields,
      serve,
      differences,
      digest,
      wish: wishOf(differences),
      since: offer?.digest === digest ? offer.since : now(),
    };
  }

  function waitingFor({ since, digest, differences }: Offer): Plugin['waiting'] {
    return { since, digest, differences };
  }

  function compiled(manifest: Manifest): CompiledPlugin {
    return compilePlugin(manifest, { groupIdByName: record().groupPins });
  }

  function nextAdmitted(
    before: Plugin,
    admission: Extract<Admission, { ok: true }> | null,
  ): Plugin['admitted'] {
    // The version of something that does not serve is no version of what serves.
    const etag = offer === null ? (readEtag ?? before.admitted?.etag ?? null) : null;
    const serve = admission && (offer ? offer.serve : admission.manifest);
    if (serve) {
      // The same words again, after a restart or under another ETag, are no news.
      if (before.admitted && JSON.stringify(before.admitted.manifest) === JSON.stringify(serve))
        return refreshed(before.admitted);
      return {
        manifest: serve,
        etag,
        compiled: compiled(serve),
        unknownFields: admission.unknownFields,
        admittedAt: now(),
        ...iconFor(serve, before),
      };
    }
    return before.admitted && refreshed(before.admitted);

    function refreshed(admitted: AdmittedManifest): AdmittedManifest {
      return { ...admitted, etag, compiled: withPresentGroups(admitted) };
    }
  }

  /** Groups that exist by now count from now, and those that are gone no longer. */
  function withPresentGroups({ manifest, compiled: present }: AdmittedManifest): CompiledPlugin {
    const known = new Set(groupNamesIn(manifest).flatMap((name) => record().groupPins.get(name) ?? []));
    const isSame =
      known.size === present.namedGroupIds.size &&
      [...known].every((group) => present.namedGroupIds.has(group));
    return isSame ? present : compiled(manifest);
  }

  async function groupNamed(isMeant: (name: string) => boolean): Promise<void> {
    const manifest = present()?.admitted?.manifest;
    if (!manifest || !groupNamesIn(manifest).some(isMeant)) return;
    await memory.pinGroups(manifest);
    const plugin = present();
    // Another manifest may serve by now, which was read with the groups of now.
    if (stopping.signal.aborted || plugin?.admitted?.manifest !== manifest) return;
    const after = {
      ...plugin,
      admitted: { ...plugin.admitted, compiled: withPresentGroups(plugin.admitted) },
    };
    registry.put(after);
    if (needs.asks()) memory.keep(after);
  }

  function adopt(kept: PluginRecord): void {
    const known = record();
    // Of what this gateway asks for itself it knows the newest, but not what an admin said to another.
    memory.adopt(needs.asks() ? { ...known, isEnabled: kept.isEnabled } : kept);
    const plugin = present();
    if (!plugin) return;
    if (!needs.asks()) registry.put(withheldIfTaken(rememberedPlugin(service, kept, now())));
    else if (known.isEnabled !== kept.isEnabled) switched(plugin, kept.isEnabled);
  }

  function switched(plugin: Plugin, isEnabled: boolean): void {
    registry.put({ ...plugin, ...restingState(isEnabled), stateSince: now(), nextPollAt: null });
    log.info({ plugin: id, isEnabled }, 'plugin switched by an admin');
    if (isEnabled) void ticker.runNow();
  }

  /** Until the new picture is here the old one of the same name stays, so that nothing flickers. */
  function iconFor({ icon }: Manifest, { admitted }: Plugin): Pick<AdmittedManifest, 'icon'> {
    return admitted?.icon && admitted.icon.path === iconPathIn(icon) ? { icon: admitted.icon } : {};
  }

  async function decide(
    outcome: Decision['outcome'],
    digest: string,
    { userId, email }: { userId: string; email: string },
  ): Promise<'done' | 'outdated' | 'conflict'> {
    if (offer?.digest !== digest) return 'outdated';
    const { manifest, unknownFields, differences, wish } = offer;
    if (
      outcome === 'approved' &&
      mountConflicts(registry.snapshot(), id, manifest.mounts, needs.reserved()).length > 0
    )
      return 'conflict';
    await memory.pinGroups(manifest);
    await needs.note({
      pluginId: id,
      outcome,
      digest,
      wish,
      differences,
      manifest,
      userId,
      userEmail: email,
      at: now(),
    });
    // Meanwhile a check may have found another manifest: the word was not on that one.
    const before = present();
    if (offer?.digest !== digest || !before) return 'outdated';
    const wishes = new Set(record().refusedWishes);
    if (outcome === 'refused') wishes.add(wish);
    else wishes.delete(wish);
    memory.note({ refusedWishes: wishes });
    if (outcome === 'approved') {
      offer = null;
      const { waiting: _, ...rest } = before;
      const after: Plugin = {
        ...rest,
        admitted: {
          manifest,
          etag: readEtag,
          compiled: compiled(manifest),
          unknownFields,
          admittedAt: now(),
          ...iconFor(manifest, before),
        },
      };
      registry.put(after);
      memory.keep(after);
    }
    log.info({ plugin: id, outcome, digest }, 'a manifest was decided on by a superuser');
    await ticker.runNow();
    return 'done';
  }

  function withheldIfTaken(plugin: Plugin): Plugin {
    if (!plugin.admitted) return plugin;
    const reasons = mountConflicts(
      registry.snapshot(),
      id,
      plugin.admitted.manifest.mounts,
      needs.reserved(),
    );
    return reasons.length === 0 ? plugin : { ...plugin, admitted: null, refusal: { at: now(), reasons } };
  }

  function checkNow(): Promise<void> {
    isHurried = true;
    return record().isEnabled ? ticker.runNow() : Promise.resolve();
  }

  function present(): Plugin | undefined {
    return registry.snapshot().plugins.get(id);
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
    groupsMayBeGone: memory.groupsMayBeGone,
    announced: () => {
      if (record().isEnabled) news.announced();
    },
    setEnabled: async (isEnabled) => {
      if (record().isEnabled === isEnabled) return;
      await memory.switch(isEnabled);
      const plugin = present();
      if (plugin) switched(plugin, isEnabled);
      if (isEnabled) await ticker.runNow();
    },
    decide,
    stop: async () => {
      stopping.abort();
      news.stop();
      await ticker.stop();
      await Promise.all([dispatcher.destroy(), probing.destroy()]);
      await memory.settled();
    },
  };
}
