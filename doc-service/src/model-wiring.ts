/** What the suggestions are handed of the settings and of the gateway's connections. */
import type { Container } from '@berth/plugin-kit/container';
import { modelConnection } from './manifest.ts';
import type { Settings } from '#settings/settings.room.ts';
import type { Provider } from '#suggestions/suggestions.room.ts';

export function aiSettings(present: Settings) {
  return {
    folder: present.ai_folder_suggestion,
    rename: present.ai_rename_suggestion,
    privacy: present.ai_privacy,
    documentsPerDay: present.ai_documents_per_day,
  };
}

/** The model of the connection that the manifest asks for. */
export function providerOf(connections: () => Container['connections']): Provider {
  return {
    async connected() {
      const all = await connections().list(AbortSignal.timeout(5000));
      const found = all.find(({ name }) => name === modelConnection);
      return {
        isBound: found?.is_bound ?? false,
        isLocal: found?.is_local ?? false,
        model: found?.model ?? null,
      };
    },
    call: (path, init) => connections().fetch(modelConnection, path, init),
  };
}
