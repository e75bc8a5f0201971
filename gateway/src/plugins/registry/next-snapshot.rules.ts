/** The next picture from the present one. Neither argument is changed. */
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Plugin, Snapshot } from './snapshot.ts';

/** The same picture with this plugin in it, in the place of an older one of the same id. */
export function withPlugin(present: Snapshot, plugin: Plugin): Snapshot {
  const plugins = new Map(present.plugins).set(plugin.id, plugin);
  const old = present.plugins.get(plugin.id);
  const isNews = !old || tellsApart(old, plugin);
  const mounts = old?.admitted?.manifest === plugin.admitted?.manifest ? present.mounts : mountsOf(plugins);
  return { version: present.version + (isNews ? 1 : 0), plugins, mounts };
}

export function withoutPlugin(present: Snapshot, id: string): Snapshot {
  if (!present.plugins.has(id)) return present;
  const plugins = new Map(present.plugins);
  plugins.delete(id);
  return { version: present.version + 1, plugins, mounts: mountsOf(plugins) };
}

/**
 * Why these mounts cannot be this plugin's: the gateway itself, or another plugin that was there first, answers there.
 * @param reserved prefixes of the gateway
 */
export function mountConflicts(
  present: Snapshot,
  id: string,
  mounts: readonly string[],
  reserved: readonly string[],
): FieldError[] {
  return mounts.flatMap((mount, index) => {
    const pointer = `/mounts/${index}`;
    const own = reserved.find((prefix) => overlap(prefix, mount));
    if (own) return [{ pointer, detail: say`${mount} is reserved: the gateway itself answers ${own}` }];
    for (const [taken, owner] of present.mounts)
      if (owner !== id && overlap(taken, mount))
        return [{ pointer, detail: say`${mount} is taken: "${owner}" answers ${taken}` }];
    return [];
  });
}

/** Prefixes of the gateway's own space, from the paths of its routes: `/api/admin/users/:id` → `/api/admin`. */
export function reservedPrefixes(paths: readonly string[]): string[] {
  const always = ['auth', 'plugins', 'admin', 'users', 'profile', 'services', 'events', 'health', 'docs'].map(
    (name) => `/api/${name}`,
  );
  const found = paths.flatMap((path) => /^\/api\/[^/:*]+/.exec(path)?.[0] ?? []);
  return [...new Set([...always, ...found])];
}

function mountsOf(plugins: ReadonlyMap<string, Plugin>): Map<string, string> {
  const mounts = new Map<string, string>();
  for (const plugin of plugins.values())
    for (const mount of plugin.admitted?.manifest.mounts ?? []) mounts.set(mount, plugin.id);
  return mounts;
}

function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** Whether anybody could notice: times of polls alone are no news, but for the next try of one that is down, which people see. */
function tellsApart(old: Plugin, next: Plugin): boolean {
  return (
    old.state !== next.state ||
    old.detail !== next.detail ||
    old.origin !== next.origin ||
    old.ca?.digest !== next.ca?.digest ||
    (next.state === 'offline' && old.nextPollAt !== next.nextPollAt) ||
    old.waiting?.digest !== next.waiting?.digest ||
    old.admitted?.compiled !== next.admitted?.compiled ||
    old.admitted?.icon?.digest !== next.admitted?.icon?.digest ||
    JSON.stringify(old.refusal?.reasons) !== JSON.stringify(next.refusal?.reasons)
  );
}
