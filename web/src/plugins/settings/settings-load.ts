/** The settings of an extension as they are stored now, with the manifest that describes them. */
import { type JsonObject, parseJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { request } from '#api/client.ts';
import { fetchManifest } from '#api/plugins.ts';
import type { PluginManifest } from '#api/types.ts';

export type Loaded = { manifest: PluginManifest; settings: JsonObject; etag: string | null };

export async function load(pluginId: string, signal?: AbortSignal): Promise<Loaded> {
  const [manifest, settings] = await Promise.all([
    fetchManifest(pluginId, signal),
    request<JsonObject>(`/api/plugins/${pluginId}/settings`, {
      parse: parseJson,
      ...(signal ? { signal } : {}),
    }),
  ]);
  return { manifest, settings: settings.data, etag: settings.etag };
}
