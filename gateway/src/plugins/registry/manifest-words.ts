/** What an extension says of itself, in the reader's language: by the translations of its own manifest. */
import { createSentences } from '@berth/plugin-kit/base/sentences.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import { translateBy, type Translations } from '@berth/plugin-kit/contract/translations.ts';
import type { Plugin, Snapshot } from './snapshot.ts';

/** What it is called; its id where there is no manifest of it. */
export function nameIn(plugin: Pick<Plugin, 'id' | 'admitted'>, language: string): string {
  const manifest = plugin.admitted?.manifest;
  return manifest ? translateBy(manifest.translations, language)(manifest.name) : plugin.id;
}

/** What its health says: a sentence with values in it is found by its `{0}`. */
function healthWords(snapshot: Snapshot, pluginId: string, language: string): Say {
  const translations = translationsOf(snapshot, pluginId);
  if (!translations || !Object.hasOwn(translations, language)) return (sentence) => sentence;
  const known = sayings.get(translations) ?? new Map<string, Say>();
  sayings.set(translations, known);
  const same = known.get(language);
  if (same) return same;
  const sentences = translations[language] ?? {};
  const { say } = createSentences({ [language]: { sentences } }).in(language);
  known.set(language, say);
  return say;
}

/** A manifest that was read never changes: another one takes its place. */
const sayings = new WeakMap<Translations, Map<string, Say>>();

function translationsOf({ plugins }: Snapshot, pluginId: string): Translations | undefined {
  return plugins.get(pluginId)?.admitted?.manifest.translations;
}

/** @returns the same item, named and judged in the language */
export function itemIn<Item extends { id: string; name: string; detail: string | null }>(
  item: Item,
  snapshot: Snapshot,
  language: string,
): Item {
  const { id, name, detail } = item;
  return {
    ...item,
    name: translateBy(translationsOf(snapshot, id), language)(name),
    detail: detail === null ? null : healthWords(snapshot, id, language)(detail),
  };
}
