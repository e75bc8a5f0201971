/** `POST /api/plugins/{id}/actions/{action}`: one answer, or events until it has ended. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Identify, Principal } from '#identity/access/principal.ts';
import { readJson } from '#platform/request-body.ts';
import { spokenTo } from '#platform/words/spoken.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { guardValue } from '../schema/guarded-json.rules.ts';
import { mayStillRun, startAction, type ActionName, type ActionNeeds } from './actions.usecases.ts';
import type { ActionEnd } from './actions.types.ts';

/** Tells the audit how an action went whose events were followed. */
export type OnActionEnd = (ended: {
  who: Principal;
  name: ActionName;
  end: ActionEnd;
  requestId: string | undefined;
}) => void;

type Needs = ActionNeeds & {
  principalOf: (c: Context) => Principal;
  identify: Identify;
  onRightsChanged: (listener: (userId: string | undefined) => void) => () => void;
  onChange: (listener: (snapshot: Snapshot) => void) => () => void;
  onActionEnd?: OnActionEnd;
};

const maxInputBytes = 256 * 1024;
/** Their events hold a connection each; others wait for one of the same pool. */
const maxRunningEach = 4;

export function actionRoutes(routes: Hono, needs: Needs): { end: () => void } {
  const running = new Map<AbortController, ActionName>();
  routes.post('/api/plugins/:id/actions/:action', async (c) => {
    const who = needs.principalOf(c);
    const name = { pluginId: c.req.param('id'), actionId: c.req.param('action') };
    const input = await readInput(c);
    if ([...running.values()].filter(({ pluginId }) => pluginId === name.pluginId).length >= maxRunningEach)
      throw new Problem('too-many-requests', {
        detail: say`${maxRunningEach} actions of this extension are under way: wait for one to end.`,
        headers: { 'retry-after': '5' },
      });
    const stop = new AbortController();
    running.set(stop, name);
    const left = (): void => stop.abort();
    c.req.raw.signal.addEventListener('abort', left);
    let isFollowed = false;
    const over = (): void => {
      running.delete(stop);
      c.req.raw.signal.removeEventListener('abort', left);
    };
    try {
      const { language, say } = spokenTo(c);
      const asking = { who, requestId: c.get('requestId'), language };
      const started = await startAction(asking, name, { input, signal: stop.signal, say }, needs);
      if (started.kind === 'ended') {
        c.set('auditNote', { details: { state: started.end.outcome, result: started.end.message } });
        const told = { ...started.end, message: say(started.end.message) };
        return c.json(told, 200, { 'cache-control': 'no-store' });
      }
      isFollowed = true;
      c.set('auditNote', { details: { state: 'started' } });
      const unguard = guarded(c, { who, name, stop });
      void started.running.end.then((end) => {
        unguard();
        over();
        needs.onActionEnd?.({ who, name, end, requestId: c.get('requestId') });
      });
      return c.body(started.running.events, 200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
    } finally {
      if (!isFollowed) over();
    }
  });
  return {
    end: () => {
      for (const stop of running.keys()) stop.abort();
    },
  };

  /** Ends what is followed as soon as the person may not run it any more. */
  function guarded(
    c: Context,
    { who, name, stop }: { who: Principal; name: ActionName; stop: AbortController },
  ): () => void {
    const rawHeaders = [...c.req.raw.headers].flat();
    const judge = async (): Promise<void> => {
      const found = await needs.identify(rawHeaders);
      if (!found.ok || !mayStillRun(found.principal, name, needs.snapshot())) stop.abort();
    };
    const look = (): void => void judge().catch(() => stop.abort());
    const ends = [
      needs.onRightsChanged((userId) => {
        if (userId === undefined || userId === who.userId) look();
      }),
      needs.onChange(look),
    ];
    return () => {
      for (const end of ends) end();
    };
  }
}

/** @throws Problem 400, 413, 415, 422 */
async function readInput(c: Context): Promise<JsonObject> {
  const input = await readJson(c, z.record(z.string(), z.json()), maxInputBytes);
  const guarded = guardValue(input);
  if (guarded.ok) return input;
  throw new Problem('invalid', { errors: [{ pointer: guarded.pointer, detail: guarded.detail }] });
}
