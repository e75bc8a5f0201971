/**
 * Tells of extensions that went away or came back, and of manifests that wait, from one picture to the next.
 */
import { isAnswering } from '@berth/plugin-kit/contract/wire/plugins.ts';
import type { Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import type { News } from './notifications.types.ts';

type Told = { isDown: boolean; timer: NodeJS.Timeout | null; waiting: string | null };

/** A container that restarts is no news. */
export const awayForMs = 30_000;

export type PluginWatch = { look: (snapshot: Snapshot) => void; stop: () => void };

export function pluginWatch(tell: (news: News) => void, afterMs = awayForMs): PluginWatch {
  const known = new Map<string, Told>();

  const look = (snapshot: Snapshot): void => {
    for (const [id, told] of known) if (!snapshot.plugins.has(id)) forget(id, told);
    for (const plugin of snapshot.plugins.values()) {
      const told = known.get(plugin.id) ?? { isDown: false, timer: null, waiting: null };
      known.set(plugin.id, told);
      lookAtState(plugin, told);
      const waiting = plugin.waiting?.digest ?? null;
      if (waiting !== null && waiting !== told.waiting) tell(approvalNews(plugin));
      told.waiting = waiting;
    }
  };

  function lookAtState(plugin: Plugin, told: Told): void {
    if (plugin.state === 'offline') {
      if (told.isDown || told.timer) return;
      told.timer = setTimeout(() => {
        told.timer = null;
        told.isDown = true;
        tell(offlineNews(plugin));
      }, afterMs).unref();
      return;
    }
    if (told.timer) clearTimeout(told.timer);
    told.timer = null;
    const isBack = isAnswering(plugin);
    if (told.isDown && isBack) tell(backNews(plugin));
    // What was switched off meanwhile is not told to be back.
    if (isBack || plugin.state === 'disabled') told.isDown = false;
  }

  function forget(id: string, { timer }: Told): void {
    if (timer) clearTimeout(timer);
    known.delete(id);
  }

  return {
    look,
    stop: () => {
      for (const [id, told] of known) forget(id, told);
    },
  };
}

function nameOf({ id, admitted }: Plugin): string {
  return admitted?.manifest.name ?? id;
}

function about(plugin: Plugin): Pick<News, 'audience' | 'link' | 'isRead'> {
  return {
    audience: { kind: 'deciders', pluginId: plugin.id },
    link: `/extensions/${plugin.id}`,
    isRead: false,
  };
}

function offlineNews(plugin: Plugin): News {
  return {
    ...about(plugin),
    key: `state ${plugin.id}`,
    kind: 'offline',
    title: `${nameOf(plugin)} is not answering`,
    detail: 'Nothing is lost. It is asked again by itself, and comes back by itself.',
    isImportant: true,
  };
}

function backNews(plugin: Plugin): News {
  return {
    ...about(plugin),
    key: `state ${plugin.id}`,
    kind: 'back',
    title: `${nameOf(plugin)} is back`,
    detail: '',
    isImportant: false,
  };
}

/** Superusers alone decide about manifests. */
function approvalNews(plugin: Plugin): News {
  return {
    audience: { kind: 'deciders', pluginId: null },
    key: `approval ${plugin.id}`,
    kind: 'approval',
    title: `${nameOf(plugin)} asks for more rights`,
    detail: 'What was approved before serves on until a superuser decides.',
    link: `/admin/plugins#${plugin.id}`,
    isRead: false,
    isImportant: true,
  };
}
