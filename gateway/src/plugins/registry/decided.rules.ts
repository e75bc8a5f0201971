/** Every rule of a plugin, asked through the one provider that decides. */
import { anyOf, type CompiledRule } from '@berth/plugin-kit/contract/rule.ts';
import type { PermissionProvider } from '#identity/access/permissions.ts';
import type { CompiledPlugin, Plugin } from './snapshot.ts';

/**
 * Plugins whose rules ask the provider. The same compiled plugin comes out as the same object, for pictures
 * are compared by it.
 */
export function decidedBy({ ofPlugin }: Pick<PermissionProvider, 'ofPlugin'>): (plugin: Plugin) => Plugin {
  const known = new WeakMap<CompiledPlugin, CompiledPlugin>();
  return (plugin) => {
    const { admitted } = plugin;
    if (!admitted) return plugin;
    const decided = known.get(admitted.compiled) ?? decide(plugin.id, admitted.compiled, ofPlugin);
    known.set(admitted.compiled, decided).set(decided, decided);
    return { ...plugin, admitted: { ...admitted, compiled: decided } };
  };
}

function decide(
  pluginId: string,
  compiled: CompiledPlugin,
  ofPlugin: PermissionProvider['ofPlugin'],
): CompiledPlugin {
  const asked = (rule: CompiledRule, isOpenToGrants: boolean): CompiledRule => {
    const question = { pluginId, rule, isOpenToGrants };
    return (who) => ofPlugin(question, who);
  };
  const mayUse = asked(compiled.mayUse, true);
  /**
   * A grant stands in for `access`, and so for everything that the manifest leaves to it; a rule of its own
   * stays what it is.
   */
  const use = (rule: CompiledRule): CompiledRule => (rule === compiled.mayUse ? mayUse : asked(rule, false));
  const nav = compiled.nav.map(({ item, maySee }) => ({ item, maySee: use(maySee) }));
  const { groupIdByName, namedGroupIds, claims } = compiled;
  const maySee = anyOf([mayUse, ...nav.map((item) => item.maySee)]);
  const seen = (rule: CompiledRule): CompiledRule => (rule === compiled.maySee ? maySee : use(rule));
  const { badges, search, widgets } = compiled.contributions;
  // Each field by its name: a new rule in there does not compile until it is asked through the provider too.
  return {
    mayUse,
    nav,
    actions: compiled.actions.map(({ item, mayRun }) => ({ item, mayRun: use(mayRun) })),
    maySee,
    // Letting somebody use a plugin is not letting them set it up.
    mayReadSettings: asked(compiled.mayReadSettings, false),
    mayWriteSettings: asked(compiled.mayWriteSettings, false),
    routes: compiled.routes.map((route) => ({ ...route, mayUse: use(route.mayUse) })),
    contributions: {
      ...(badges ? { badges: { ...badges, mayAsk: seen(badges.mayAsk) } } : {}),
      ...(search ? { search: { ...search, mayAsk: seen(search.mayAsk) } } : {}),
      widgets: widgets.map((widget) => ({ ...widget, mayAsk: seen(widget.mayAsk) })),
    },
    groupIdByName,
    namedGroupIds,
    claims,
  };
}
