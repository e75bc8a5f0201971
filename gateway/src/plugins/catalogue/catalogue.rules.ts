/** What somebody sees of the plugins. Pure: from the snapshot and who is asking. */
import { hash } from 'node:crypto';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { Asker } from '@berth/plugin-kit/contract/rule.ts';
import type { CompiledPlugin, Plugin, Snapshot, Stage } from '../registry/snapshot.ts';
import type { Service } from '../registry/service.types.ts';

/** A plugin that serves somebody: admitted, and not switched off. */
export type Visible = Plugin & { admitted: NonNullable<Plugin['admitted']> };

/** @returns `null` for one that is not there and for one that is not theirs: nobody can tell which */
export function visiblePlugin(
  snapshot: Snapshot,
  id: string,
  who: Asker,
  may: (compiled: CompiledPlugin) => CompiledPlugin['maySee'] = ({ maySee }) => maySee,
): Visible | null {
  const plugin = snapshot.plugins.get(id);
  return plugin && isServed(plugin) && may(plugin.admitted.compiled)(who) ? plugin : null;
}

/** `version` is the caller's own: it changes with what they may see, and with nothing else. `tag` changes with every letter of `text`. */
export type Catalogue = { version: string; tag: string; text: string };

/** The caller's list as JSON. What changes seldom of each plugin is put together once for all who see the same of it. */
export function catalogueOf(snapshot: Snapshot, who: Asker): Catalogue {
  const seen: string[] = [];
  const retries: string[] = [];
  const items: string[] = [];
  for (const plugin of inOrder(snapshot)) {
    if (!plugin.admitted.compiled.maySee(who)) continue;
    const { text, digest } = standingPart(plugin, who);
    const { present, retryAt } = presentPart(plugin);
    // A later try of one that is down is no news to anybody.
    seen.push(digest, present);
    if (retryAt !== 'null') retries.push(retryAt);
    items.push(`{${text},${present},"retry_at":${retryAt}}`);
  }
  const own = hash('sha256', seen.join(), 'base64url').slice(0, 22);
  const tag = hash('sha256', `${own} ${retries.join()}`, 'base64url').slice(0, 22);
  return { version: own, tag, text: `{"version":"${own}","items":[${items.join()}]}` };
}

const presentParts = new WeakMap<Plugin, { present: string; retryAt: string }>();

/** Members as JSON. */
function presentPart(plugin: Plugin): { present: string; retryAt: string } {
  const known = presentParts.get(plugin);
  if (known) return known;
  const { state, stateSince, detail, nextPollAt } = plugin;
  const part = {
    present: JSON.stringify({ state, state_since: iso(stateSince), detail }).slice(1, -1),
    retryAt: JSON.stringify(state === 'offline' && nextPollAt !== null ? iso(nextPollAt) : null),
  };
  presentParts.set(plugin, part);
  return part;
}

type Part = { text: string; digest: string };

/** By what the caller may do with it. An admitted plugin never changes: another one takes its place. */
const parts = new WeakMap<CompiledPlugin, Map<string, Part>>();

function standingPart({ id, admitted: { manifest, compiled, icon } }: Visible, who: Asker): Part {
  const may = {
    use: compiled.mayUse(who) !== null,
    read_settings: compiled.mayReadSettings(who) !== null,
    write_settings: compiled.mayWriteSettings(who) !== null,
  };
  const nav = compiled.nav.filter(({ maySee }) => maySee(who)).map(({ item }) => item);
  const view = [icon?.digest, may.use, may.read_settings, may.write_settings, ...nav.map((item) => item.id)].join(' ');
  const known = parts.get(compiled) ?? new Map<string, Part>();
  parts.set(compiled, known);
  const same = known.get(view);
  if (same) return same;
  const members = JSON.stringify({
    id,
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    icon: manifest.icon,
    icon_url: icon ? `/api/plugins/${id}/icon?v=${icon.digest}` : null,
    stage: manifest.stage,
    links: manifest.links,
    ui: manifest.ui && manifest.ui.mode !== 'none' ? { mode: manifest.ui.mode, url: `/apps/${id}/` } : null,
    nav: nav.map((item) => ({ id: item.id, title: item.title, path: item.path, icon: item.icon ?? null })),
    has_settings: manifest.settings_schema !== undefined,
    may,
  });
  const text = members.slice(1, -1);
  const part = { text, digest: hash('sha256', text, 'base64url') };
  known.set(view, part);
  return part;
}

/** Every registered service, for whoever is signed in: how it is, and nothing of what it holds. */
export function servicesOf(snapshot: Snapshot): object {
  const items = [...snapshot.plugins.values()].map(({ id, state, stateSince, detail }) => ({ id, state, state_since: iso(stateSince), detail }));
  return { items: items.toSorted((one, other) => one.id.localeCompare(other.id)) };
}

export function adminItem(plugin: Plugin, source: Service['source']): object {
  const { id, origin, state, stateSince, detail, admitted, waiting, refusal, stages, nextPollAt } = plugin;
  return {
    id,
    name: admitted?.manifest.name ?? id,
    origin,
    source,
    // What was approved serves on; the one thing that an admin has to know is that a decision is theirs.
    state: waiting && (state === 'online' || state === 'degraded') ? 'awaiting_approval' : state,
    state_since: iso(stateSince),
    detail,
    version: admitted?.manifest.version ?? null,
    manifest_version: admitted?.manifest.manifest_version ?? null,
    stages: stages.map(stageItem),
    waiting: waiting ? { since: iso(waiting.since), digest: waiting.digest, differences: waiting.differences } : null,
    refusal: refusal && { at: iso(refusal.at), reasons: refusal.reasons },
    unknown_fields: admitted?.unknownFields ?? [],
    notes: notesOn(plugin),
    next_poll_at: nextPollAt === null ? null : iso(nextPollAt),
  };
}

/** What works and could be better, in words for an admin. */
function notesOn({ admitted, waiting, refusal }: Plugin): string[] {
  const isReadWhole = admitted !== null && admitted.etag === null && !waiting && refusal === null;
  return [
    ...(isReadWhole ? ['Its manifest comes without a usable ETag: it is read whole at each check, and compared here.'] : []),
    ...(admitted?.iconFault === undefined ? [] : [`Its icon is not shown: ${admitted.iconFault}.`]),
    ...(admitted?.icon?.note ? [`Its icon was cleaned: ${admitted.icon.note}.`] : []),
  ];
}

function stageItem({ name, outcome, lastSuccessAt, lastError }: Stage): object {
  return {
    name,
    outcome,
    last_success_at: lastSuccessAt === undefined ? null : iso(lastSuccessAt),
    last_error: lastError ? { at: iso(lastError.at), message: lastError.message, hint: lastError.hint ?? null } : null,
  };
}

function isServed(plugin: Plugin): plugin is Visible {
  return plugin.admitted !== null && plugin.state !== 'disabled';
}

/** Served plugins by name, then id. */
function inOrder({ plugins }: Snapshot): Visible[] {
  const served = [...plugins.values()].filter((plugin) => isServed(plugin));
  return served
    .map((plugin) => ({ plugin, key: sortKey(plugin.admitted.manifest) }))
    .toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : one.plugin.id < other.plugin.id ? -1 : 1))
    .map(({ plugin }) => plugin);
}

const sortKeys = new WeakMap<Manifest, string>();

/** Letters without case and accents, so that plain comparison is an order that people know. */
function sortKey(manifest: Manifest): string {
  const known = sortKeys.get(manifest);
  if (known !== undefined) return known;
  const key = manifest.name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  sortKeys.set(manifest, key);
  return key;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
