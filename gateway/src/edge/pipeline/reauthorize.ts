/**
 * Re-authorization of open requests: when a user's rights or a manifest change, and when a credential ends,
 * every open request concerned is identified and authorized again, and closed where it is not allowed any
 * more. Permission checkers are asked then too, and every minute about what lasts: what they know changes
 * without a word to the gateway.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import {
  missingScope,
  type Identification,
  type Identify,
  type Principal,
} from '#identity/access/principal.ts';
import { isReading } from '#edge/http/safe-methods.rules.ts';
import type { Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import { findRoute } from './authorize.ts';
import type { Claim, CloseReason, OpenRequest, InFlight } from './in-flight.ts';
import type { RequestHooks } from './request-hooks.types.ts';

export type Reauthorization = {
  /** @param userId of one user; `undefined`: of any */
  rightsChanged: (userId: string | undefined) => void;
  pluginsChanged: () => void;
  stop: () => void;
};

type Deps = {
  inFlight: InFlight;
  identify: Identify;
  snapshot: () => Snapshot;
  stillMay: RequestHooks['stillMay'];
  now: () => number;
};

/** Changes of one moment are looked at once. */
const debounceMs = 100;
/**
 * A plain request ends by itself; one that is as old as this is a stream too, and ends within a second of the
 * change all the same.
 */
const plainAgeMs = 500;
const plainDebounceMs = 250;
const expiryMs = 1_000;
const checkersAgainMs = 60_000;
/** A thousand streams are not a thousand questions to the database at once. */
const askedAtOnce = 32;
const retryMs = 1_000;
const maxTries = 5;

export function reauthorization(deps: Deps): Reauthorization {
  const { inFlight, identify, snapshot, stillMay, now } = deps;
  let checkersAskedAt = now();
  /** Only the newest answer about a stream counts. */
  const turns = new WeakMap<OpenRequest, number>();
  const expiry = setInterval(() => {
    const at = now();
    if (stillMay && at - checkersAskedAt >= checkersAgainMs) {
      checkersAskedAt = at;
      void askAll(inFlight.all().filter(({ isLongLived }) => isLongLived));
    }
    void askAll(
      inFlight.all().filter(({ claim }) => claim?.principal && claim.principal.credential.expiresAt <= at),
    );
  }, expiryMs).unref();

  const review = (meant: readonly OpenRequest[], { users, isAnybody }: Changed): void => {
    const asked: OpenRequest[] = [];
    for (const stream of meant) {
      const { claim, pluginId } = stream;
      if (!isStillOpenTo(snapshot().plugins.get(pluginId), claim, claim?.principal ?? null))
        stream.closeFor('not-allowed');
      else if (claim?.principal && (isAnybody || users.has(claim.principal.userId))) asked.push(stream);
    }
    void askAll(asked);
  };
  const lasting = debounced(debounceMs, (changed) =>
    review(
      inFlight.all().filter(({ isLongLived }) => isLongLived),
      changed,
    ),
  );
  const plain = debounced(
    plainDebounceMs,
    (changed) => {
      // Everything that began before the change and is still open. Long-lived requests are reviewed once
      // more: their principal may have been read before the change, and admitted after it.
      const before = performance.now() - plainAgeMs;
      review(
        inFlight.all().filter(({ isLongLived, startedAt }) => isLongLived || startedAt <= before),
        changed,
      );
    },
    plainAgeMs,
  );

  const askAll = async (asked: OpenRequest[]): Promise<void> => {
    for (let from = 0; from < asked.length; from += askedAtOnce)
      await Promise.all(asked.slice(from, from + askedAtOnce).map((stream) => ask(stream, 1)));
  };

  const ask = async (stream: OpenRequest, tries: number): Promise<void> => {
    const { claim } = stream;
    if (!claim) return;
    const turn = (turns.get(stream) ?? 0) + 1;
    turns.set(stream, turn);
    const reason = (await reasonOf(stream, claim, turn)) ?? (await checkersReason(stream, claim));
    if (turns.get(stream) !== turn || reason === null) return;
    // If identification fails (the database is down), it is tried five times; then the request is closed.
    if (reason !== 'unavailable' || tries >= maxTries) stream.closeFor(reason);
    else setTimeout(() => turns.get(stream) === turn && void ask(stream, tries + 1), retryMs).unref();
  };

  /** By the rule of Berth. @returns why it must end; `null`: it goes on, with the present identity */
  const reasonOf = async (stream: OpenRequest, claim: Claim, turn: number): Promise<CloseReason | null> => {
    if (!claim.principal) return null;
    const found = await askedSafely(identify, claim);
    if (turns.get(stream) !== turn) return null;
    if (found === 'unavailable') return found;
    if (!found.ok || found.principal.credential.expiresAt <= now()) return 'signed-out';
    const plugin = snapshot().plugins.get(stream.pluginId);
    if (!isStillOpenTo(plugin, claim, found.principal)) return 'not-allowed';
    claim.principal = found.principal;
    return null;
  };

  const checkersReason = async ({ pluginId }: OpenRequest, claim: Claim): Promise<CloseReason | null> => {
    if (!stillMay) return null;
    const { principal, method } = claim;
    const route = findRoute(claim.compiled.routes, method, segmentsOf(claim.containerPath));
    const isRead = isReading(method, claim.stream);
    try {
      await stillMay({ principal, pluginId, method, route: route?.spec.path ?? '', isRead });
      return null;
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) return 'unavailable';
      return error.status === 401 ? 'signed-out' : 'not-allowed';
    }
  };

  const note = (users: readonly string[], isAnybody: boolean): void => {
    lasting.note(users, isAnybody);
    plain.note(users, isAnybody);
  };
  return {
    rightsChanged: (userId) => note(userId === undefined ? [] : [userId], userId === undefined),
    pluginsChanged: () => note([], false),
    stop: () => {
      clearInterval(expiry);
      lasting.stop();
      plain.stop();
    },
  };
}

type Changed = { users: ReadonlySet<string>; isAnybody: boolean };

/**
 * Gathers what changed, from the first change on, and hands it on once.
 * @param restMs how long that waits after the gathering
 */
function debounced(
  afterMs: number,
  look: (changed: Changed) => void,
  restMs = 0,
): { note: (users: readonly string[], isAnybody: boolean) => void; stop: () => void } {
  let users = new Set<string>();
  let isAnybody = false;
  let isGathering = false;
  const timers = new Set<NodeJS.Timeout>();
  const after = (milliseconds: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, milliseconds).unref();
    timers.add(timer);
  };
  const handOn = (): void => {
    const changed = { users, isAnybody };
    users = new Set();
    isAnybody = false;
    isGathering = false;
    if (restMs === 0) look(changed);
    else after(restMs, () => look(changed));
  };
  return {
    note: (more, isEverybody) => {
      for (const userId of more) users.add(userId);
      isAnybody ||= isEverybody;
      if (isGathering) return;
      isGathering = true;
      after(afterMs, handOn);
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** The same question as at the door. That a container is down is no reason: its own connection tells. */
function isStillOpenTo(
  plugin: Plugin | undefined,
  claim: Claim | null,
  principal: Principal | null,
): boolean {
  if (!plugin?.admitted || plugin.state === 'disabled') return false;
  const { compiled } = plugin.admitted;
  if (!claim || (claim.compiled === compiled && claim.principal === principal)) return true;
  const route = findRoute(compiled.routes, claim.method, segmentsOf(claim.containerPath));
  if (
    !route ||
    route.mayUse(principal) === null ||
    (route.spec.stream === 'websocket') !== (claim.stream === 'websocket')
  )
    return false;
  if (principal?.onlyPlugin !== undefined && principal.onlyPlugin !== plugin.id) return false;
  if (
    principal &&
    missingScope(principal, `plugins:${plugin.id}`, isReading(claim.method, claim.stream)) !== null
  )
    return false;
  claim.compiled = compiled;
  return true;
}

async function askedSafely(
  identify: Identify,
  { rawHeaders, keySchemes }: Claim,
): Promise<Identification | 'unavailable'> {
  try {
    return await identify(rawHeaders, undefined, keySchemes);
  } catch (error) {
    // An identity provider that refuses the token by now has decided; anything else may pass.
    return error instanceof Problem && error.status < 500 ? { ok: false, reason: 'invalid' } : 'unavailable';
  }
}
