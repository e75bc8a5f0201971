/** What the manifest says has German: a text that is added here gets its line in `manifest.de.json`. */
import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { describedIn } from '@berth/plugin-kit/contract/translations.ts';
import { expect, test } from 'vitest';
import { installedModels } from '#platform/ocr-models.ts';
import de from './manifest.de.json' with { type: 'json' };
import { manifest } from './manifest.ts';

test('G5: each text of the manifest and of the settings has German, and no German is left over', () => {
  const said = textsOf();
  expect(said.filter((text) => !Object.hasOwn(de, text))).toEqual([]);
  const known = new Set(said);
  // Which languages of pictures there are depends on the machine.
  const optional = new Set(installedModels().length > 0 ? ['German', 'English'] : []);
  expect(Object.keys(de).filter((text) => !known.has(text) && !optional.has(text))).toEqual([]);
});

test('G5: what its health says has German too', () => {
  expect(manifest.translations.de).toMatchObject({
    'The disk of the archive is full.': 'Der Datenträger des Archivs ist voll.',
    'The watched folder cannot be read ({0}).': 'Der überwachte Ordner ist nicht lesbar ({0}).',
  });
});

test('G5: a manifest with its translations is admitted as it is', () => {
  expect(readManifest(JSON.parse(JSON.stringify(manifest)))).toMatchObject({ ok: true, unknownFields: [] });
});

function textsOf(): string[] {
  const said = new Set<string>();
  const note = (text: string): string => {
    if (text !== '' && !/^\{\w+\}$/.test(text)) said.add(text);
    return text;
  };
  const { translations: _, ...whole } = manifest;
  const asRead: JsonObject = JSON.parse(JSON.stringify(whole));
  describedIn(asRead, note);
  note(manifest.name);
  for (const widget of manifest.widgets) {
    if ('empty' in widget) note(widget.empty);
    if ('unit' in widget) note(widget.unit);
  }
  for (const action of manifest.actions) if ('confirm' in action) note(action.confirm);
  for (const { reason } of manifest.connections) note(reason);
  return [...said];
}
