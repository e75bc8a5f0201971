/** Asking for the catalogue, and what admins do with a plugin. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { AdminPlugin, AdminPluginList } from '@berth/plugin-kit/contract/wire/plugins.ts';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { Container } from '../discovery/container.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { adminItem } from './catalogue.rules.ts';
import { visiblePlugin } from '../registry/visible.rules.ts';

export type CatalogueNeeds = {
  snapshot: () => Snapshot;
  container: (id: string) => Container | undefined;
  problems: () => readonly string[];
  /** What the edge found out about the plugin's container, in words. */
  notesOn?: (pluginId: string) => readonly string[];
  issueFrameToken: (principal: Principal, pluginId: string) => FrameToken | Promise<FrameToken>;
};

/** `expiresAt` in milliseconds since the epoch. */
export type FrameToken = { token: string; expiresAt: number };

/** @throws Problem 404 for one that is not there and one that is not theirs */
export function manifestFor(who: Principal, id: string, { snapshot }: CatalogueNeeds): Manifest {
  const plugin = visiblePlugin(snapshot(), id, who);
  if (!plugin) throw new Problem('not-found');
  return plugin.admitted.manifest;
}

/** @throws Problem 404 for one that is not there and one that is not theirs */
export async function frameTokenFor(
  who: Principal,
  id: string,
  { snapshot, issueFrameToken }: CatalogueNeeds,
): Promise<FrameToken> {
  if (!visiblePlugin(snapshot(), id, who)) throw new Problem('not-found');
  return issueFrameToken(who, id);
}

/** @param isWaitingOnly those alone of which something waits for a superuser */
export function listForAdmins(
  { snapshot, container, problems, notesOn = noNotes }: CatalogueNeeds,
  isWaitingOnly: boolean,
): AdminPluginList {
  const plugins = [...snapshot().plugins.values()].filter(
    ({ waiting }) => !isWaitingOnly || waiting !== undefined,
  );
  const items = plugins.toSorted((one, other) => one.id.localeCompare(other.id));
  return {
    items: items.map((plugin) =>
      adminItem(plugin, container(plugin.id)?.service.source ?? 'file', notesOn(plugin.id)),
    ),
    source_problems: [...problems()],
  };
}

/** Asks the container now. @throws Problem 404 */
export async function refresh(id: string, needs: CatalogueNeeds): Promise<AdminPlugin> {
  await registered(id, needs).checkNow();
  return itemOf(id, needs);
}

/** @throws Problem 404, 503 when it cannot be kept */
export async function setEnabled(
  id: string,
  isEnabled: boolean,
  needs: CatalogueNeeds,
): Promise<AdminPlugin> {
  const container = registered(id, needs);
  try {
    await container.setEnabled(isEnabled);
  } catch (cause) {
    throw new Problem('unavailable', {
      detail: 'The change could not be kept. Nothing was changed.',
      headers: { 'retry-after': '5' },
      cause,
    });
  }
  return itemOf(id, needs);
}

/**
 * A superuser's word on the manifest that waits.
 * @param digest as `waiting` of the list says, so that nobody approves what they have not seen
 * @throws Problem 404, 409 when something else waits meanwhile or nothing does, 503 when it cannot be kept
 */
export async function decide(
  who: Principal,
  id: string,
  { outcome, digest }: { outcome: 'approved' | 'refused'; digest: string },
  needs: CatalogueNeeds,
): Promise<AdminPlugin> {
  const container = registered(id, needs);
  let result: Awaited<ReturnType<Container['decide']>>;
  try {
    result = await container.decide(outcome, digest, who);
  } catch (cause) {
    throw new Problem('unavailable', {
      detail: 'The decision could not be kept. Nothing was changed.',
      headers: { 'retry-after': '5' },
      cause,
    });
  }
  if (result === 'outdated')
    throw new Problem('conflict', { detail: 'This is not what waits by now. Look at it again.' });
  if (result === 'conflict')
    throw new Problem('conflict', { detail: 'One of its addresses is taken or reserved by now.' });
  return itemOf(id, needs);
}

function registered(id: string, { container }: CatalogueNeeds): Container {
  const found = container(id);
  if (!found) throw new Problem('not-found');
  return found;
}

const noNotes = (): readonly string[] => [];

function itemOf(id: string, needs: CatalogueNeeds): AdminPlugin {
  const plugin = needs.snapshot().plugins.get(id);
  if (!plugin) throw new Problem('not-found');
  const { notesOn = noNotes } = needs;
  return adminItem(plugin, registered(id, needs).service.source, notesOn(id));
}
