/** Which manifest serves when a new one comes, and what of it waits for a superuser. Pure. */
import { createHash } from 'node:crypto';
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { Json } from '@berth/plugin-kit/contract/settings.ts';
import { isObject } from '@berth/plugin-kit/contract/settings.ts';
import { z } from 'zod';
import { changesBetween } from '../settings/settings.rules.ts';
import type { Approving, Difference } from '#plugins/registry/approving.types.ts';
import { widens } from './widens.rules.ts';

/** `serve`: the new manifest itself, the new one with its new public routes closed, or the present one. */
export type Judgement = { serve: Manifest | null; differences: Difference[] };

/** @param served the approved manifest; `null` when there is none yet */
export function judge(approving: Approving, served: Manifest | null, offered: Manifest): Judgement {
  if (served === null && approving !== 'auto')
    return { serve: null, differences: [firstSight(offered), ...widens(null, offered)] };
  const wider = widens(served, offered);
  const newlyPublic = served ? wider.flatMap(publicRouteIn) : offered.routes.map((_, index) => index);
  const closed = withoutPublic(offered, new Set(newlyPublic));
  if (approving !== 'always' || served === null) {
    // A public route waits by itself: everything else about the manifest may be harmless.
    if (served !== null && widens(served, closed).length > 0) return { serve: served, differences: wider };
    const stillClosed = widens(closed, offered);
    return { serve: stillClosed.length === 0 ? offered : closed, differences: stillClosed };
  }
  const all = [...wider, ...otherChanges(served, offered, wider)];
  return { serve: all.length === 0 ? offered : served, differences: all };
}

/** Names what is approved: this manifest, in the place of that one. */
export function digestOf(served: Manifest | null, offered: Manifest): string {
  return hashed([served, offered]);
}

/** Names what is asked for, whatever else is in the manifest. */
export function wishOf(differences: readonly Difference[]): string {
  return hashed(differences);
}

function hashed(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

function publicRouteIn({ pointer, after }: Difference): number[] {
  const index = /^\/routes\/(\d+)(?:\/access)?$/.exec(pointer)?.[1];
  const rule = isObject(after) && isObject(after['access']) ? after['access'] : after;
  return index !== undefined && isObject(rule) && rule['public'] === true ? [Number(index)] : [];
}

function withoutPublic(manifest: Manifest, indexes: ReadonlySet<number>): Manifest {
  const routes = manifest.routes.map((route, index) =>
    indexes.has(index) && route.access?.public
      ? { ...route, access: { ...route.access, public: false } }
      : route,
  );
  return { ...manifest, routes };
}

function firstSight({ name, version }: Manifest): Difference {
  return {
    pointer: '',
    what: `A first manifest: "${name}", version ${version}`,
    before: null,
    after: version,
  };
}

/** Texts, icons, removed rights: for those who want to see every change before it serves. */
function otherChanges(served: Manifest, offered: Manifest, told: readonly Difference[]): Difference[] {
  const [before, after] = [asJson(served), asJson(offered)];
  if (!isObject(before) || !isObject(after)) return [];
  return changesBetween(before, after, new Set()).flatMap((change) =>
    'secret' in change || told.some(({ pointer }) => pointer === change.pointer)
      ? []
      : [
          {
            pointer: change.pointer,
            what: 'Is another',
            before: change.before ?? null,
            after: change.after ?? null,
          },
        ],
  );
}

function asJson(manifest: Manifest): Json {
  return z.json().parse(JSON.parse(JSON.stringify(manifest)));
}
