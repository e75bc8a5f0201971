/**
 * Tells open browsers that their own list changed, over Server-Sent Events. Nobody hears of what they may not see: an
 * event goes out when the version of the follower's own list is another, and holds nothing but that version.
 */
import { setImmediate as yieldTurn } from 'node:timers/promises';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Identification, Principal } from '#identity/access/principal.ts';
import type { OwnList } from './own-lists.ts';

export type CatalogueEvents = {
  /**
   * @param identifyAgain by the very credential that came with the request
   * @param lastSeen the version that the follower knows; the present one is told at once when it is another
   * @throws Problem 429 when too many follow already
   */
  open: (
    who: Principal,
    identifyAgain: () => Identification | Promise<Identification>,
    lastSeen: string | null,
  ) => ReadableStream<Uint8Array>;
  pictureChanged: () => void;
  rightsChanged: (userId: string | undefined) => void;
  /** Ends every stream, and takes no new ones. */
  end: () => void;
};

type Needs = { ownList: (who: Principal) => OwnList; now: () => number };

type Follower = {
  who: Principal;
  seen: string | null;
  identifyAgain: () => Identification | Promise<Identification>;
  controller: ReadableStreamDefaultController<Uint8Array>;
  expiry: NodeJS.Timeout | undefined;
  /** Counts askings who they are: only the newest answer counts. */
  asked: number;
};

const maxFollowers = 2000;
const maxFollowersEach = 20;
/** Chunks that a follower may be behind before it is let go: a browser comes back by itself. */
const maxBehind = 16;
const heartbeatMs = 15_000;
/** Changes of one moment are one event. */
const gatherMs = 50;
const longestTimerMs = 2 ** 31 - 1;
const encoder = new TextEncoder();

export function catalogueEvents({ ownList, now }: Needs): CatalogueEvents {
  const followers = new Set<Follower>();
  let heartbeat: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let isEnding = false;
  let isTelling = false;
  let isOutdated = false;

  function send(follower: Follower, text: string): void {
    if ((follower.controller.desiredSize ?? 0) <= 0) return leave(follower);
    follower.controller.enqueue(encoder.encode(text));
  }

  function tell(follower: Follower): void {
    if (!followers.has(follower)) return;
    const { version } = ownList(follower.who);
    if (version === follower.seen) return;
    follower.seen = version;
    send(follower, `event: catalogue\nid: ${version}\ndata: ${JSON.stringify({ version })}\n\n`);
  }

  /** Between two followers everybody else has their turn: a list of a thousand plugins takes a millisecond to make. */
  async function tellAll(): Promise<void> {
    isTelling = true;
    for (const follower of followers) {
      tell(follower);
      await yieldTurn();
    }
    isTelling = false;
    if (!isOutdated) return;
    isOutdated = false;
    gather();
  }

  /** One round at a time: changes that come faster than a round takes are one change for the next. */
  function gather(): void {
    if (followers.size === 0 || gathering || isEnding) return;
    if (isTelling) {
      isOutdated = true;
      return;
    }
    gathering = setTimeout(() => {
      gathering = undefined;
      void tellAll();
    }, gatherMs).unref();
  }

  /** @param reason told to the follower, who cannot see why a stream closes */
  function leave(follower: Follower, reason?: 'signed-out' | 'unavailable' | 'shutdown'): void {
    if (!followers.delete(follower)) return;
    clearTimeout(follower.expiry);
    if (followers.size === 0) clearInterval(heartbeat);
    if (reason)
      follower.controller.enqueue(encoder.encode(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`));
    follower.controller.close();
  }

  async function askAgain(follower: Follower): Promise<void> {
    const turn = ++follower.asked;
    const found = await askedSafely(follower);
    if (turn !== follower.asked || !followers.has(follower)) return;
    if (found === 'unavailable') return leave(follower, 'unavailable');
    if (!found.ok || found.principal.credential.expiresAt <= now()) return leave(follower, 'signed-out');
    follower.who = found.principal;
    watchExpiry(follower);
    tell(follower);
  }

  /** A session that is used elsewhere lives on: at its end the question is asked anew. */
  function watchExpiry(follower: Follower): void {
    clearTimeout(follower.expiry);
    const leftMs = follower.who.credential.expiresAt - now();
    follower.expiry = setTimeout(
      () => void askAgain(follower),
      Math.min(Math.max(leftMs, 0), longestTimerMs),
    ).unref();
  }

  return {
    open: (who, identifyAgain, lastSeen) => {
      if (isEnding) throw new Problem('unavailable', { headers: { 'retry-after': '2' } });
      refuseTooMany(followers, who);
      let follower: Follower;
      return new ReadableStream<Uint8Array>(
        {
          start: (controller) => {
            follower = { who, seen: lastSeen, identifyAgain, controller, expiry: undefined, asked: 0 };
            if (followers.size === 0)
              heartbeat = setInterval(
                () => followers.forEach((each) => send(each, ': still here\n\n')),
                heartbeatMs,
              ).unref();
            followers.add(follower);
            send(follower, 'retry: 2000\n\n');
            watchExpiry(follower);
            tell(follower);
            // Whoever lost their right between the door and here was told to nobody yet.
            void askAgain(follower);
          },
          cancel: () => {
            followers.delete(follower);
            clearTimeout(follower.expiry);
            if (followers.size === 0) clearInterval(heartbeat);
          },
        },
        { highWaterMark: maxBehind },
      );
    },
    pictureChanged: gather,
    rightsChanged: (userId) => {
      for (const follower of followers)
        if (userId === undefined || follower.who.userId === userId) void askAgain(follower);
    },
    end: () => {
      isEnding = true;
      clearTimeout(gathering);
      for (const follower of followers) leave(follower, 'shutdown');
    },
  };
}

/** @throws Problem 429 */
function refuseTooMany(followers: ReadonlySet<Follower>, { userId }: Principal): void {
  let own = 0;
  for (const { who } of followers) if (who.userId === userId) own++;
  if (followers.size >= maxFollowers || own >= maxFollowersEach)
    throw new Problem('too-many-requests', {
      detail: say`At most ${maxFollowersEach} streams of one account and ${maxFollowers} of all.`,
      headers: { 'retry-after': '30' },
    });
}

async function askedSafely({ identifyAgain }: Follower): Promise<Identification | 'unavailable'> {
  try {
    return await identifyAgain();
  } catch {
    // Nobody is let in on a guess: a browser comes back by itself.
    return 'unavailable';
  }
}
