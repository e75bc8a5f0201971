/**
 * What a manifest says, in the reader's language where it has it. Only what is shown: nothing of it is saved.
 */
import { isObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { describedIn, translateBy, type Translations } from '@berth/plugin-kit/contract/translations.ts';
import type { Plugin, PluginManifest } from '#api/types.ts';

/** @returns the same plugin where it says nothing in the language */
export function pluginIn(plugin: Plugin, language: string): Plugin {
  if (!plugin.translations || !Object.hasOwn(plugin.translations, language)) return plugin;
  const say = translateBy(plugin.translations, language);
  const sayOrNull = (text: string | null) => (text === null ? null : say(text));
  return {
    ...plugin,
    name: say(plugin.name),
    description: say(plugin.description),
    nav: plugin.nav.map((item) => ({ ...item, title: say(item.title) })),
    actions: plugin.actions.map((action) => ({
      ...action,
      title: say(action.title),
      confirm: sayOrNull(action.confirm),
    })),
    widgets: plugin.widgets.map((widget) => ({
      ...widget,
      title: say(widget.title),
      empty: sayOrNull(widget.empty),
    })),
  };
}

/** The settings and the forms of actions: their words alone, no value. */
export function manifestIn(manifest: PluginManifest, language: string): PluginManifest {
  const translations = translationsOf(manifest);
  if (!Object.hasOwn(translations, language)) return manifest;
  const say = translateBy(translations, language);
  const { settings_schema: schema, settings_ui: ui, actions } = manifest;
  return {
    ...manifest,
    ...(schema && { settings_schema: describedIn(schema, say) }),
    ...(ui && { settings_ui: describedIn(ui, say) }),
    ...(actions && {
      actions: actions.map((action) =>
        action.input_schema ? { ...action, input_schema: describedIn(action.input_schema, say) } : action,
      ),
    }),
  };
}

function translationsOf({ translations }: PluginManifest): Translations {
  if (!isObject(translations)) return {};
  return Object.fromEntries(
    Object.entries(translations).flatMap(([language, words]) =>
      isObject(words) ? [[language, textsIn(words)] as const] : [],
    ),
  );
}

function textsIn(words: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([said, text]) =>
      typeof text === 'string' ? [[said, text] as const] : [],
    ),
  );
}
