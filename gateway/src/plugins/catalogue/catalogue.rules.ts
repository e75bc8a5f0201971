/** What somebody sees of the plugins. Pure: from the snapshot and who is asking. */
import type * as wire from '@berth/plugin-kit/contract/wire/plugins.ts';
import { isAnswering } from '@berth/plugin-kit/contract/wire/plugins.ts';
import { hash } from 'node:crypto';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { translationsFor } from '@berth/plugin-kit/contract/translations.ts';
import type { Subject } from '@berth/plugin-kit/contract/rule.ts';
import type { CompiledPlugin, Plugin, PluginIcon, Snapshot, Stage } from '../registry/snapshot.ts';
import type { Service } from '../registry/service.types.ts';
import { nothingContributed, contributedTo, type Contributed } from './contributed.rules.ts';
import { isAdmitted, listedPlugin, type Visible } from '../registry/visible.rules.ts';

/**
 * `version` is the caller's own: it changes with what they may see, and with nothing else. `tag` changes with
 * every letter of `text`, which is put together when it is read: many follow their version, and few
 * ask for the list each time.
 */
export type Catalogue = { version: string; tag: string; readonly bytes: Buffer; readonly text: string };

/**
 * The caller's list as JSON. What changes seldom of each plugin is put together once for all who see the same
 * of it.
 * @param view what the caller sees of one; another than the standard one may remember it
 * @param order the snapshot's plugins in order; a caller that looks often remembers the last
 */
export function catalogueOf(
  snapshot: Snapshot,
  who: Subject,
  view: (plugin: Visible, who: Subject) => Part | null = viewOf,
  order: readonly Visible[] = inOrder(snapshot, []),
): Catalogue {
  const seen: { standing: Part; present: PresentPart }[] = [];
  let digests = '';
  let retries = '';
  for (const plugin of order) {
    const standing = plugin.state === 'disabled' ? switchedOffView(plugin, snapshot, who) : view(plugin, who);
    if (!standing) continue;
    const present = presentPart(plugin);
    digests += standing.digest + present.digest;
    // A later try of one that is down is no news to anybody.
    if (present.retryAt !== 'null') retries += present.retryAt;
    seen.push({ standing, present });
  }
  const version = hash('sha256', digests, 'base64url').slice(0, 22);
  const tag = hash('sha256', `${version} ${retries}`, 'base64url').slice(0, 22);
  let bytes: Buffer | null = null;
  const whole = (): Buffer => {
    if (bytes) return bytes;
    // Bytes, not text: half a megabyte for each change would be the garbage collector's work.
    const pieces: Buffer[] = [Buffer.from(`{"version":"${version}","items":[`)];
    for (const { standing, present } of seen)
      pieces.push(pieces.length === 1 ? opening : nextOpening, standing.bytes, present.ending);
    pieces.push(closing);
    bytes = Buffer.concat(pieces);
    return bytes;
  };
  return {
    version,
    tag,
    get bytes() {
      return whole();
    },
    get text() {
      return whole().toString();
    },
  };
}

const opening = Buffer.from('{');
const nextOpening = Buffer.from(',{');
const closing = Buffer.from(']}');

/** `ending`: the last members of an item as JSON, and its end. */
type PresentPart = { ending: Buffer; digest: string; retryAt: string };

const presentParts = new WeakMap<Plugin, PresentPart>();

function presentPart(plugin: Plugin): PresentPart {
  const known = presentParts.get(plugin);
  if (known) return known;
  const { state, stateSince, detail, nextPollAt } = plugin;
  const text = JSON.stringify({ state, state_since: iso(stateSince), detail }).slice(1, -1);
  const retryAt = JSON.stringify(state === 'offline' && nextPollAt !== null ? iso(nextPollAt) : null);
  const part = { ending: Buffer.from(`,${text},"retry_at":${retryAt}}`), digest: digestOf(text), retryAt };
  presentParts.set(plugin, part);
  return part;
}

/** Members as JSON: what there is to say of a plugin to somebody, but for how it is right now. */
export type Part = { bytes: Buffer; digest: string };

/** @returns `null` for one that is not theirs to see */
export function viewOf(plugin: Visible, who: Subject): Part | null {
  return plugin.admitted.compiled.maySee(who) ? standingPart(plugin, who) : null;
}

/**
 * By what the caller may do with it. An admitted plugin never changes: another one takes its place. Its icon
 * may come later.
 */
const parts = new WeakMap<CompiledPlugin, { icon: string | undefined; byView: Map<number | string, Part> }>();

function standingPart({ id, admitted: { manifest, compiled, icon } }: Visible, who: Subject): Part {
  const mayUse = compiled.mayUse(who) !== null;
  const mayRead = compiled.mayReadSettings(who) !== null;
  const mayWrite = compiled.mayWriteSettings(who) !== null;
  // One bit for each thing that callers see differently; a manifest has 32 entries at most, so that the
  // number is exact.
  let view = Number(mayUse) + 2 * Number(mayRead) + 4 * Number(mayWrite);
  for (let index = 0, bit = 8; index < compiled.nav.length; index++, bit *= 2)
    if (compiled.nav[index]?.maySee(who)) view += bit;
  const contributed = contributedTo(compiled, who);
  // Beyond 35 bits: eight widgets, badges and search. All together stay below 53.
  view += contributed.bits * 2 ** 35;
  const actions = compiled.actions.filter(({ mayRun }) => mayRun(who));
  // Few extensions have actions; the number alone is the quicker key.
  const key = actions.length === 0 ? view : `${view} ${actions.map(({ item }) => item.id).join(' ')}`;
  let known = parts.get(compiled);
  if (known?.icon !== icon?.digest || !known) {
    known = { icon: icon?.digest, byView: new Map() };
    parts.set(compiled, known);
  }
  const same = known.byView.get(key);
  if (same) return same;
  const nav = compiled.nav.filter(({ maySee }) => maySee(who)).map(({ item }) => item);
  const may = { use: mayUse, read_settings: mayRead, write_settings: mayWrite };
  const items = { nav, actions: actions.map(({ item }) => item) };
  const part = partOf(id, { manifest, icon, contributed }, items, may);
  known.byView.set(key, part);
  return part;
}

const switchedOff = new WeakMap<CompiledPlugin, { icon: string | undefined; part: Part }>();

/** That it is there and what it is; nothing can be done with it. */
function switchedOffView(
  { id, admitted: { manifest, compiled, icon } }: Visible,
  snapshot: Snapshot,
  who: Subject,
): Part | null {
  if (!listedPlugin(snapshot, id, who)) return null;
  const known = switchedOff.get(compiled);
  if (known && known.icon === icon?.digest) return known.part;
  const may = { use: false, read_settings: false, write_settings: false };
  const told = { manifest, icon, contributed: nothingContributed };
  const part = partOf(id, told, { nav: [], actions: [] }, may);
  switchedOff.set(compiled, { icon: icon?.digest, part });
  return part;
}

function pageOf(
  id: string,
  { mode, permissions, head, accepts_files: accepts }: NonNullable<Manifest['ui']>,
): wire.PluginUi {
  const files = accepts ? { accepts_files: { path: accepts.path, types: accepts.types } } : {};
  return { mode, url: `/apps/${id}/`, permissions, head, ...files };
}

type May = { use: boolean; read_settings: boolean; write_settings: boolean };
type Items = { nav: readonly Manifest['nav'][number][]; actions: readonly Manifest['actions'][number][] };
type Told = { manifest: Manifest; icon: PluginIcon | undefined; contributed: Contributed };

function partOf(id: string, { manifest, icon, contributed }: Told, { nav, actions }: Items, may: May): Part {
  const part: wire.PluginPart = {
    id,
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    icon: manifest.icon,
    icon_url: icon ? `/api/plugins/${id}/icon?v=${icon.digest}` : null,
    stage: manifest.stage,
    links: manifest.links,
    ui: manifest.ui && manifest.ui.mode !== 'none' ? pageOf(id, manifest.ui) : null,
    nav: nav.map((item) => ({ id: item.id, title: item.title, path: item.path, icon: item.icon ?? null })),
    actions: actions.map(({ id: actionId, title, confirm, input_schema: schema, progress }) => ({
      id: actionId,
      title,
      confirm: confirm ?? null,
      has_input: schema !== undefined,
      progress: progress ?? null,
    })),
    has_settings: manifest.settings_schema !== undefined,
    may,
    has_badges: contributed.badges,
    has_search: contributed.search,
    widgets: contributed.widgets,
  };
  const translations = translationsFor(manifest.translations, textsOf(manifest, part));
  const text = JSON.stringify(translations ? { ...part, translations } : part).slice(1, -1);
  return { bytes: Buffer.from(text), digest: digestOf(text) };
}

/** What people read of it. */
function textsOf(
  manifest: Manifest,
  { name, description, nav, actions, widgets }: wire.PluginPart,
): string[] {
  return [
    name,
    description,
    ...nav.map(({ title }) => title),
    ...actions.flatMap(({ title, confirm }) => [title, confirm ?? '']),
    ...widgets.flatMap(({ title, empty }) => [title, empty ?? '']),
    // It comes with the figure.
    ...manifest.widgets.flatMap((widget) =>
      widget.kind === 'number' && widgets.some(({ id }) => id === widget.id) ? [widget.unit] : [],
    ),
  ];
}

/** 132 bits: short, for a list has two of each plugin. */
function digestOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/**
 * How services are: for superusers every registered one, for others those that they see. Nothing of what they
 * hold.
 */
export function servicesOf(snapshot: Snapshot, who: Subject): { items: ReturnType<typeof serviceItem>[] } {
  const plugins = [...snapshot.plugins.values()].filter(
    (plugin) => who.isSuperuser || listedPlugin(snapshot, plugin.id, who),
  );
  return { items: plugins.toSorted((one, other) => one.id.localeCompare(other.id)).map(serviceItem) };
}

function serviceItem({ id, admitted, state, stateSince, detail, stages }: Plugin) {
  const hasPage = admitted?.manifest.ui !== undefined && admitted.manifest.ui.mode !== 'none';
  const checkedAt = Math.max(
    0,
    ...stages.flatMap(({ lastSuccessAt = 0, lastError }) => [lastSuccessAt, lastError?.at ?? 0]),
  );
  return {
    id,
    name: admitted?.manifest.name ?? id,
    state,
    healthy: state === 'online',
    state_since: iso(stateSince),
    detail,
    app_path: hasPage ? `/apps/${id}/` : null,
    checked_at: checkedAt === 0 ? null : iso(checkedAt),
  };
}

/** @param notes what else is known of its container, in words */
export function adminItem(
  plugin: Plugin,
  source: Service['source'],
  notes: readonly string[],
): wire.AdminPlugin {
  const { id, origin, state, stateSince, detail, admitted, waiting, refusal, stages, nextPollAt } = plugin;
  return {
    id,
    name: admitted?.manifest.name ?? id,
    origin,
    source,
    // What was approved serves on; the one thing that an admin has to know is that a decision is theirs.
    state: waiting && isAnswering(plugin) ? 'awaiting_approval' : state,
    state_since: iso(stateSince),
    detail,
    version: admitted?.manifest.version ?? null,
    manifest_version: admitted?.manifest.manifest_version ?? null,
    stages: stages.map(stageItem),
    waiting: waiting
      ? { since: iso(waiting.since), digest: waiting.digest, differences: waiting.differences }
      : null,
    refusal: refusal && { at: iso(refusal.at), reasons: refusal.reasons },
    unknown_fields: admitted?.unknownFields ?? [],
    notes: [...notesOn(plugin), ...notes],
    next_poll_at: nextPollAt === null ? null : iso(nextPollAt),
  };
}

/** What works and could be better, in words for an admin. */
function notesOn({ admitted, waiting, refusal }: Plugin): string[] {
  const isReadWhole = admitted !== null && admitted.etag === null && !waiting && refusal === null;
  return [
    ...(isReadWhole
      ? ['Its manifest comes without a usable ETag: it is read whole at each check, and compared here.']
      : []),
    ...(admitted?.iconFault === undefined ? [] : [`Its icon is not shown: ${admitted.iconFault}.`]),
    ...(admitted?.icon?.note ? [`Its icon was cleaned: ${admitted.icon.note}.`] : []),
  ];
}

function stageItem({ name, outcome, lastSuccessAt, lastError }: Stage): wire.PluginStage {
  return {
    name,
    outcome,
    last_success_at: lastSuccessAt === undefined ? null : iso(lastSuccessAt),
    last_error: lastError
      ? {
          at: iso(lastError.at),
          kind: lastError.kind ?? null,
          message: lastError.message,
          hint: lastError.hint ?? null,
        }
      : null,
  };
}

/**
 * Admitted plugins by name, then id.
 * @param last the order of the picture that was looked at before: the next one has nearly always the same
 */
export function inOrder({ plugins }: Snapshot, last: readonly Visible[]): readonly Visible[] {
  let count = 0;
  for (const plugin of plugins.values()) if (isAdmitted(plugin)) count++;
  const same: Visible[] = [];
  for (const { id, admitted } of last) {
    const plugin = plugins.get(id);
    if (!plugin || !isAdmitted(plugin) || plugin.admitted.manifest !== admitted.manifest) break;
    same.push(plugin);
  }
  return same.length === count && last.length === count
    ? same
    : sorted([...plugins.values()].filter((plugin) => isAdmitted(plugin)));
}

function sorted(admitted: readonly Visible[]): Visible[] {
  return admitted
    .map((plugin) => ({ plugin, key: sortKey(plugin.admitted.manifest) }))
    .toSorted((one, other) => plainOrder(one.key, other.key) || plainOrder(one.plugin.id, other.plugin.id))
    .map(({ plugin }) => plugin);
}

function plainOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
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
