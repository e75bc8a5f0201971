/**
 * From an admitted manifest to functions that decide: compiled once, asked by the edge, the catalogue and the
 * settings alike.
 */
import type { Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { compilePattern, segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import { anyOf, compileRule, type AccessRule, type CompiledRule } from '@berth/plugin-kit/contract/rule.ts';
import { isOfPlugin } from '@berth/plugin-kit/contract/shell-fields.ts';
import type { CompiledPlugin } from './snapshot.ts';

/** @param manifest approved: a `public` clause of its routes lets everybody in */
export function compilePlugin(
  manifest: Manifest,
  { groupIdByName }: { groupIdByName: ReadonlyMap<string, string> },
): CompiledPlugin {
  // `public` is a word of routes alone. Elsewhere it is an unknown field, and unknown fields open nothing.
  const compile = (rule: AccessRule | undefined, mayBePublic = false): CompiledRule =>
    compileRule(rule && !mayBePublic ? { ...rule, public: false } : rule, groupIdByName);
  const mayUse = compile(manifest.access);
  const orDefault = (rule: AccessRule | undefined, mayBePublic = false): CompiledRule =>
    rule ? compile(rule, mayBePublic) : mayUse;
  const nav = manifest.nav.map((item) => ({ item, maySee: orDefault(item.access) }));
  const mayReadSettings = orDefault(manifest.settings_access.read);
  const maySee = anyOf([mayUse, ...nav.map((item) => item.maySee)]);
  const routes = manifest.routes.map((spec) => ({
    spec,
    matches: compilePattern(spec.path),
    methods: new Set<string>(spec.methods),
    mayUse: orDefault(spec.access, true),
  }));
  /** As the edge would decide about a GET of the same path. */
  const mayAsk = (path: string): CompiledRule => {
    if (isOfPlugin(path)) return maySee;
    const route = routes.find(({ matches, methods }) => methods.has('GET') && matches(segmentsOf(path)));
    return route?.mayUse ?? (() => null);
  };
  const contribution = <Field extends { path: string }>(field: Field) => ({
    field,
    mayAsk: mayAsk(field.path),
  });
  const { badges, search, widgets } = manifest;
  return {
    mayUse,
    maySee,
    mayReadSettings,
    mayWriteSettings: both(mayReadSettings, orDefault(manifest.settings_access.write)),
    nav,
    actions: manifest.actions.map((item) => ({ item, mayRun: orDefault(item.access) })),
    routes,
    contributions: {
      ...(badges ? { badges: contribution(badges) } : {}),
      ...(search ? { search: contribution(search) } : {}),
      widgets: widgets.map(contribution),
    },
    groupIdByName,
    namedGroupIds: new Set(groupNamesIn(manifest).flatMap((name) => groupIdByName.get(name) ?? [])),
    claims: new Set(manifest.identity.claims),
  };
}

/** Every group name of every rule, each once. */
export function groupNamesIn(manifest: Manifest): string[] {
  return [...new Set(rulesIn(manifest).flatMap((rule) => rule.required_groups))];
}

function rulesIn(manifest: Manifest): AccessRule[] {
  const { access, settings_access, routes, nav, actions } = manifest;
  const items = [...routes, ...nav, ...actions].map((item) => item.access);
  return [access, settings_access.read, settings_access.write, ...items].filter((rule) => rule !== undefined);
}

/** Saving answers with the settings, so whoever may save and not read would read by saving. */
function both(first: CompiledRule, second: CompiledRule): CompiledRule {
  return (who) => (first(who) ? second(who) : null);
}
