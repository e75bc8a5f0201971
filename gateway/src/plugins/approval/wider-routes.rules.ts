/** Routes compared request by request: for every method and path, what answers it before and after. */
import { defaultIdleTimeoutMs, type RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import type { AccessRule } from '@berth/plugin-kit/contract/rule.ts';
import type { Difference } from '#plugins/registry/approving.types.ts';
import { letsNobodyIn, looserClauses, ruleAsJson } from './looser.rules.ts';
import {
  isSpent,
  meet,
  reachesBeyond,
  regionOf,
  spend,
  type Budget,
  type Region,
} from './route-regions.rules.ts';

type Routes = { access?: AccessRule | undefined; routes: readonly RouteSpec[] };
type Method = RouteSpec['methods'][number];
type Side = { spec: RouteSpec; index: number; region: Region; rule: AccessRule | undefined };

/** Some twenty milliseconds: 256 routes against 256 others of an ordinary kind need a small part of it. */
const maxComparisons = 1_000_000;

/** First match wins on both sides, as at the edge: a route that an earlier one hides counts for nothing. */
export function widerRoutes(before: Routes, after: Routes): Difference[] {
  const asText = ({ access, routes }: Routes): string => JSON.stringify([access, routes]);
  if (asText(before) === asText(after)) return [];
  const found = new Map<string, Difference>();
  const opened = new Map<Side, string[]>();
  const budget: Budget = { comparisons: maxComparisons };
  const [olds, news] = [sidesOf(before), sidesOf(after)];
  for (const [method, alike] of kindsOf(olds, news)) {
    const serves = ({ spec }: Side): boolean => spec.methods.includes(method);
    const [present, next] = [olds.filter(serves), news.filter(serves)];
    for (const [at, route] of next.entries()) {
      if (letsNobodyIn(route.rule)) continue;
      if (!spend(budget, present.length * (route.region.fixed.length + 1)))
        return [tooTangled(before, after)];
      const hidden = next.slice(0, at).map(({ region }) => region);
      for (const [order, old] of present.entries()) {
        const both = meet(route.region, old.region);
        const more = both ? widerTreatment(old, route) : [];
        if (!both || more.length === 0) continue;
        const earlier = present.slice(0, order).map(({ region }) => region);
        if (reachesBeyond(both, [...hidden, ...earlier], budget))
          for (const difference of more) found.set(difference.pointer + difference.what, difference);
        if (isSpent(budget)) return [tooTangled(before, after)];
      }
      if (reachesBeyond(route.region, [...hidden, ...present.map(({ region }) => region)], budget))
        opened.set(route, [...(opened.get(route) ?? []), ...alike]);
      if (isSpent(budget)) return [tooTangled(before, after)];
    }
  }
  return [...[...opened].map(([route, names]) => openedRoute(route, names)), ...found.values()];
}

/** Methods that the same routes serve are compared once: the first of each kind, and all of it. */
function kindsOf(olds: readonly Side[], news: readonly Side[]): [Method, Method[]][] {
  const kinds = new Map<string, [Method, Method[]]>();
  for (const method of new Set(news.flatMap(({ spec }) => spec.methods))) {
    const served = [...olds, ...news].map(({ spec }) => (spec.methods.includes(method) ? '1' : '0')).join('');
    const kind = kinds.get(served);
    if (kind) kind[1].push(method);
    else kinds.set(served, [method, [method]]);
  }
  return [...kinds.values()];
}

function tooTangled(before: Routes, after: Routes): Difference {
  return {
    pointer: '/routes',
    what: 'Its routes are other ones, too many and too tangled to be compared: all of them count as new',
    before: before.routes.length,
    after: after.routes.length,
  };
}

function sidesOf({ access, routes }: Routes): Side[] {
  return routes.map((spec, index) => ({
    spec,
    index,
    region: regionOf(spec.path),
    rule: spec.access ?? access,
  }));
}

function openedRoute({ spec, index, rule }: Side, methods: readonly string[]): Difference {
  return {
    pointer: `/routes/${index}`,
    what: `Answers ${methods.join(', ')} ${spec.path} for ${looserClauses(undefined, rule).join(', ')}`,
    before: null,
    after: { path: spec.path, methods: [...methods], access: ruleAsJson(rule) },
  };
}

const limitWords = {
  max_body_bytes: 'larger bodies (bytes)',
  timeout_ms: 'more time until it answers (ms)',
  idle_timeout_ms: 'longer silence in a stream or body (ms)',
  max_concurrent: 'more requests at once',
} as const;
const limitNames = ['max_body_bytes', 'timeout_ms', 'idle_timeout_ms', 'max_concurrent'] as const;

function widerTreatment(old: Side, next: Side): Difference[] {
  const at = `/routes/${next.index}`;
  const { path } = next.spec;
  // Where both fall back on the manifest's `access`, what there is to say is said there.
  const clauses = old.spec.access || next.spec.access ? looserClauses(old.rule, next.rule) : [];
  const differences: Difference[] =
    clauses.length === 0
      ? []
      : [
          {
            pointer: `${at}/access`,
            what: `${path}: now also for ${clauses.join(', ')}`,
            before: ruleAsJson(old.rule),
            after: ruleAsJson(next.rule),
          },
        ];
  for (const name of limitNames) {
    const [given, after] = [old.spec.limits[name], next.spec.limits[name]];
    const before =
      name === 'idle_timeout_ms' ? Math.max(given, silenceOfStreams(old), silenceOfStreams(next)) : given;
    if (after > before)
      differences.push({
        pointer: `${at}/limits/${name}`,
        what: `${path}: ${limitWords[name]}`,
        before,
        after,
      });
  }
  const [stream, wanted] = [old.spec.stream, next.spec.stream];
  if (wanted !== 'none' && wanted !== stream)
    differences.push({
      pointer: `${at}/stream`,
      what: `${path}: ${wanted === 'sse' ? 'streams events' : 'opens WebSockets'}`,
      before: stream,
      after: wanted,
    });
  if (next.spec.allow_encoded_slash && !old.spec.allow_encoded_slash)
    differences.push({
      pointer: `${at}/allow_encoded_slash`,
      what: `${path}: encoded slashes reach the container`,
      before: false,
      after: true,
    });
  if (next.spec.allow_empty_segments && !old.spec.allow_empty_segments) {
    const what = `${path}: empty segments (//) reach the container`;
    differences.push({ pointer: `${at}/allow_empty_segments`, what, before: false, after: true });
  }
  const given = old.spec.key_schemes ?? [];
  const schemes = (next.spec.key_schemes ?? []).filter((scheme) => !given.includes(scheme));
  if (schemes.length > 0) {
    const what = `${path}: takes API keys as ${schemes.map((scheme) => schemeWords[scheme]).join(' and ')}`;
    differences.push({ pointer: `${at}/key_schemes`, what, before: [...given], after: schemes });
  }
  return differences;
}

const schemeWords = { basic: 'the password of Basic', token: '“Authorization: Token …”' } as const;

/**
 * What every stream has without asking is no widening: manifests that were approved under a shorter default
 * were kept with that default written out.
 */
function silenceOfStreams({ spec: { stream } }: Side): number {
  return stream === 'none' ? 0 : defaultIdleTimeoutMs(stream);
}
