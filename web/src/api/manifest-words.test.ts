/** What a manifest says is shown in the reader's language where it has it, and saved in none. */
import { expect, test } from 'vitest';
import type { Plugin } from '#api/types.ts';
import { manifestIn, pluginIn } from './manifest-words.ts';

const plugin: Plugin = {
  id: 'one',
  name: 'One',
  version: '1',
  description: 'First',
  icon: 'puzzle',
  icon_url: null,
  stage: 'stable',
  links: {},
  ui: null,
  has_settings: true,
  has_badges: false,
  has_search: false,
  nav: [{ id: 'all', title: 'All', path: '#/', icon: null }],
  actions: [{ id: 'go', title: 'Go', confirm: 'Sure?', has_input: false, progress: null }],
  may: { use: true, read_settings: true, write_settings: true },
  widgets: [{ id: 'w', title: 'Last', kind: 'list', empty: 'None yet' }],
  state: 'online',
  state_since: '2026-01-01T00:00:00Z',
  detail: null,
  retry_at: null,
};
const de = {
  One: 'Eins',
  First: 'Erstes',
  All: '<b>Alle</b>',
  Go: 'Los',
  'Sure?': 'Sicher?',
  Last: 'Letzte',
};

test('G5: name, description, navigation, actions and widgets speak the language', () => {
  const shown = pluginIn({ ...plugin, translations: { de } }, 'de');
  expect(shown).toMatchObject({
    id: 'one',
    name: 'Eins',
    description: 'Erstes',
    nav: [{ id: 'all', title: '<b>Alle</b>', path: '#/' }],
    actions: [{ id: 'go', title: 'Los', confirm: 'Sicher?' }],
    widgets: [{ title: 'Letzte', empty: 'None yet' }],
  });
});

test('G5: without the language a plugin is the very same', () => {
  expect(pluginIn(plugin, 'de')).toBe(plugin);
  const translated = { ...plugin, translations: { de } };
  expect(pluginIn(translated, 'en')).toBe(translated);
  expect(pluginIn(translated, 'constructor')).toBe(translated);
});

test('G5: the forms of settings and actions speak it, and their values stay', () => {
  const colour = { type: 'string', title: 'One', default: 'One', oneOf: [{ const: 'One', title: 'One' }] };
  const manifest = {
    settings_schema: { properties: { colour } },
    settings_ui: { colour: { group: 'First' } },
    actions: [{ id: 'go', input_schema: { properties: { colour } } }],
    translations: { de },
  };
  const german = { ...colour, title: 'Eins', oneOf: [{ const: 'One', title: 'Eins' }] };
  expect(manifestIn(manifest, 'de')).toMatchObject({
    settings_schema: { properties: { colour: german } },
    settings_ui: { colour: { group: 'Erstes' } },
    actions: [{ id: 'go', input_schema: { properties: { colour: german } } }],
  });
  expect(manifestIn(manifest, 'fr')).toBe(manifest);
});
