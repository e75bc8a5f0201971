/** What the gateway answers, as it is on the wire. Times are ISO strings. */
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import type { AdminUser } from '@berth/plugin-kit/contract/wire/people.ts';

export type * from '@berth/plugin-kit/contract/wire/people.ts';
export type * from '@berth/plugin-kit/contract/wire/plugins.ts';

export type PluginManifest = JsonObject & {
  settings_schema?: JsonObject;
  settings_ui?: JsonObject;
  actions?: (JsonObject & { id: string; input_schema?: JsonObject })[];
};

/** With the link by which they choose their password, where none was given. */
export type AddedUser = AdminUser & {
  first_password?: { url: string; expires_at: string; mailed: boolean };
};
