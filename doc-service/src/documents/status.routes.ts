/** How the archive is: asked for, or told as it changes. */
import { totalBeside } from '@berth/plugin-kit/base/total-beside.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { sayTo } from '#platform/words/spoken.ts';
import type { Changes } from './changes.ts';
import { errorWords } from './documents.rules.ts';
import { stuckAtMost, type DocumentsStore } from './documents.store.ts';
import type { Editor } from './documents.types.ts';
import { eventStream } from './event-stream.ts';

export type StatusDeps = {
  changes: Changes;
  watching: () => Record<string, unknown>;
  /** The file at work; its document says who may know of it. */
  currentFile: () => { name: string; documentId: string } | null;
  /** Why nothing is copied at the moment. */
  parked: () => { reason: string; since: string } | null;
  /** Files a minute through each station. */
  rates: () => Record<string, number>;
  now: () => number;
};
type Deps = StatusDeps & {
  store: Pick<DocumentsStore, 'counts' | 'stuck' | 'lagMs' | 'visibleIds'>;
  viewerOf: (c: Context) => Editor;
};

export function statusRoutes(deps: Deps): Hono {
  const { store, viewerOf } = deps;
  const routes = new Hono();
  const events = {
    changes: deps.changes,
    visibleIds: store.visibleIds,
    stateKey: () => JSON.stringify([deps.currentFile(), deps.parked(), deps.watching()]),
  };

  routes.get('/documents/status', async (c) => c.json(await statusOf(viewerOf(c), sayTo(c))));

  routes.get('/documents/events', (c) => {
    const say = sayTo(c);
    const own = { ...events, statusOf: (viewer: Editor) => statusOf(viewer, say) };
    return c.body(eventStream(own, viewerOf(c)), 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });

  async function statusOf(viewer: Editor, say: Say): Promise<Record<string, unknown>> {
    const allStuck = { offset: 0, pageSize: stuckAtMost };
    const [counts, stuck, lagMs, currentFile] = await Promise.all([
      store.counts(viewer),
      store.stuck(viewer),
      store.lagMs(deps.now()),
      currentFileFor(viewer),
    ]);
    const [watching, parked] = [deps.watching(), deps.parked()];
    const { detail } = watching;
    return {
      counts: { ...counts, stuck: totalBeside({ ...allStuck, counted: counts.stuck, shown: stuck.length }) },
      rates: deps.rates(),
      watching: { ...watching, ...(typeof detail === 'string' ? { detail: say(detail) } : {}) },
      lag_ms: lagMs,
      current_file: currentFile,
      parked: parked && { ...parked, reason: say(parked.reason) },
      stuck: stuck.map((row) => ({
        id: row.id,
        title: row.title,
        filename: row.filename,
        reason: row.error_reason,
        error: errorWords(row.error_reason, row.error_detail, say),
        updated_at: row.updated_at.toISOString(),
      })),
    };
  }

  /** The name of an upload is shown to its owner alone. */
  async function currentFileFor(viewer: Editor): Promise<string | null> {
    const current = deps.currentFile();
    if (!current) return null;
    const visible = await store.visibleIds(viewer, [current.documentId]);
    return visible.length > 0 ? current.name : null;
  }

  return routes;
}
