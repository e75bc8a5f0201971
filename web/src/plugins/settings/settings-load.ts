/** Where settings come from and go to: those of an extension, or of Berth itself. */
import { type JsonObject, parseJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { request } from '#api/client.ts';
import { fetchManifest } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { askCheck, fetchChoices, type LiveForm } from './live-form.ts';

/** As they are stored now, with what describes them. */
export type Loaded = { schema: JsonObject; ui: JsonObject; settings: JsonObject; etag: string | null };

export type SettingsSource = {
  /** Names the file of an export. */
  id: string;
  name: string;
  /** `GET` and `PATCH`. */
  path: string;
  historyPath: string | null;
  isReadOnly: boolean;
  /** @param draft the present one, as it would be saved */
  live: ((draft: () => JsonObject) => LiveForm) | null;
  load: (signal?: AbortSignal) => Promise<Loaded>;
};

export function sourceOf(plugin: Pick<Plugin, 'id' | 'name' | 'may'>): SettingsSource {
  const path = `/api/plugins/${plugin.id}/settings`;
  return {
    id: plugin.id,
    name: plugin.name,
    path,
    historyPath: `${path}/history`,
    isReadOnly: !plugin.may.write_settings,
    live: (draft) => ({
      key: plugin.id,
      choices: (from, q, signal) => fetchChoices(plugin.id, null, { path: from, q, signal }),
      check: plugin.may.write_settings ? (at) => askCheck(plugin.id, at, draft()) : null,
    }),
    async load(signal) {
      const [manifest, settings] = await Promise.all([
        fetchManifest(plugin.id, signal),
        request<JsonObject>(path, { parse: parseJson, ...(signal ? { signal } : {}) }),
      ]);
      const { settings_schema: schema = {}, settings_ui: ui = {} } = manifest;
      return { schema, ui, settings: settings.data, etag: settings.etag };
    },
  };
}
