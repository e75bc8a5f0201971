/**
 * Lines of logs as they come, over Server-Sent Events. A stream ends with the right that it was opened on: it
 * is asked anew when rights, bindings or the extension change, and when the credential ends.
 */
import { logItem } from '@berth/plugin-kit/contract/capabilities/logs.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Identify, Principal } from '#identity/access/principal.ts';
import { serverEvents } from '../../../connections/server-events.ts';
import type { AskUseCases } from '../../ask.usecases.ts';
import type { Asking, Resolve, Resolved } from '../../resolve.usecases.ts';

export type Tails = {
  /** @param rawHeaders of the request: by the credential in them the question is asked anew */
  open: (
    asking: Asking,
    input: unknown,
    rawHeaders: readonly string[],
  ) => Promise<ReadableStream<Uint8Array>>;
  /** @param userId whose rights changed; `undefined`: anybody's, or what is bound */
  recheck: (userId?: string) => void;
  /** Ends all of them, and takes no new ones. */
  end: () => void;
};

type Needs = { resolve: Resolve; asks: AskUseCases; identify: Identify; now: () => number };
type Reason = 'signed-out' | 'not-allowed' | 'out-of-protocol' | 'ended' | 'shutdown';
type Tail = { who: Principal; to: Resolved; recheck: () => void; leave: (reason: Reason) => void };

const maxTails = 500;
const maxTailsOfOne = 10;
const maxTailsOfCapability = 24;
const heartbeatMs = 15_000;
const maxEventBytes = 256 * 1024;
const longestTimerMs = 2 ** 31 - 1;
const encoder = new TextEncoder();

export function createTails({ resolve, asks, identify, now }: Needs): Tails {
  const tails = new Set<Tail>();
  let isEnding = false;

  /** @returns why it must end, or who asks by now */
  const stillMay = async (
    tail: Tail,
    asking: Asking,
    rawHeaders: readonly string[],
  ): Promise<Reason | Principal> => {
    const found = await identify(rawHeaders);
    if (!found.ok || found.principal.credential.expiresAt <= now()) return 'signed-out';
    const again = await resolve('logs', 'logs:read', { ...asking, who: found.principal });
    const isSame =
      again.key === tail.to.key && JSON.stringify(again.context) === JSON.stringify(tail.to.context);
    return isSame ? found.principal : 'ended';
  };

  const open: Tails['open'] = async (asking, input, rawHeaders) => {
    const leaving = new AbortController();
    const to = await resolve('logs', 'logs:read', {
      ...asking,
      signal: AbortSignal.any([asking.signal, leaving.signal]),
    });
    refuseTooMany(asking.who, to);
    const body = await asks.open(to, 'tail', input);
    const events = serverEvents(body, Number.POSITIVE_INFINITY, maxEventBytes);
    let controller: ReadableStreamDefaultController<Uint8Array>;
    let [expiry, heartbeat]: (NodeJS.Timeout | undefined)[] = [];

    const release = (): boolean => {
      clearTimeout(expiry);
      clearInterval(heartbeat);
      leaving.abort();
      body.destroy();
      return tails.delete(tail);
    };
    const tail: Tail = {
      who: asking.who,
      to,
      leave: (reason) => {
        if (!release()) return;
        controller.enqueue(encoder.encode(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`));
        controller.close();
      },
      recheck: () => {
        stillMay(tail, asking, rawHeaders).then(
          (found) => (typeof found === 'string' ? tail.leave(found) : watchExpiry(found)),
          (error: unknown) => tail.leave(error instanceof Problem ? 'not-allowed' : 'ended'),
        );
      },
    };
    const watchExpiry = (who: Principal): void => {
      if (!tails.has(tail)) return;
      tail.who = who;
      clearTimeout(expiry);
      const leftMs = Math.max(who.credential.expiresAt - now(), 0);
      expiry = setTimeout(tail.recheck, Math.min(leftMs, longestTimerMs)).unref();
    };
    return new ReadableStream<Uint8Array>({
      start: (given) => {
        controller = given;
        tails.add(tail);
        if (isEnding) return tail.leave('shutdown');
        controller.enqueue(encoder.encode('retry: 2000\n\n'));
        heartbeat = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still here\n\n'));
        }, heartbeatMs).unref();
        watchExpiry(asking.who);
        // A right that was lost between the door and here was told to no stream yet.
        tail.recheck();
      },
      pull: async () => {
        const next = await nextItem(events);
        if (!tails.has(tail)) return;
        if (typeof next === 'string') tail.leave(next);
        else controller.enqueue(encoder.encode(`data: ${JSON.stringify(next)}\n\n`));
      },
      cancel: () => void release(),
    });
  };

  function refuseTooMany({ userId }: Principal, { key }: Resolved): void {
    if (isEnding) throw new Problem('unavailable', { headers: { 'retry-after': '2' } });
    const own = [...tails].filter(({ who }) => who.userId === userId).length;
    const ofCapability = [...tails].filter(({ to }) => to.key === key).length;
    if (tails.size >= maxTails || own >= maxTailsOfOne || ofCapability >= maxTailsOfCapability)
      throw new Problem('too-many-requests', {
        detail: say`At most ${maxTailsOfOne} streams of one account, ${maxTailsOfCapability} of one source and ${maxTails} of all.`,
        headers: { 'retry-after': '30' },
      });
  }

  return {
    open,
    recheck: (userId) => {
      for (const tail of tails) if (userId === undefined || tail.who.userId === userId) tail.recheck();
    },
    end: () => {
      isEnding = true;
      for (const tail of tails) tail.leave('shutdown');
    },
  };
}

/** @returns the next line, or why there is none */
async function nextItem(events: AsyncGenerator<{ data: string }>) {
  try {
    const next = await events.next();
    if (next.done) return 'ended';
    const read = logItem.safeParse(JSON.parse(next.value.data));
    return read.success ? read.data : 'out-of-protocol';
  } catch (error) {
    return error instanceof SyntaxError || error instanceof RangeError ? 'out-of-protocol' : 'ended';
  }
}
