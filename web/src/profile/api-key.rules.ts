/** From the form of a new key to what the gateway is asked for. */
import { msg, t } from '#words/words.ts';

export type Wish = {
  allPlugins: boolean;
  plugins: readonly string[];
  account: boolean;
  admin: boolean;
  readOnly: boolean;
};

/** The value is a number of days; an empty one does not end. */
export const lifetimes = [
  { value: '7', label: msg('7 days') },
  { value: '30', label: msg('30 days') },
  { value: '90', label: msg('90 days') },
  { value: '365', label: msg('A year') },
  { value: '', label: msg('Until it is revoked') },
] as const;

export function scopesOf({ allPlugins, plugins, account, admin, readOnly }: Wish): string[] {
  const areas = [
    ...(allPlugins ? ['plugins:*'] : plugins.map((id) => `plugins:${id}`)),
    ...(account ? ['account'] : []),
    ...(admin ? ['admin'] : []),
  ];
  return readOnly ? areas.map((area) => `${area}:read`) : areas;
}

const areaWords = (area: string): string => (area === 'account' ? t('My account') : t('Administration'));

const extensionWords = (id: string, nameOf: (pluginId: string) => string | undefined): string =>
  id === '*' ? t('Every extension') : (nameOf(id) ?? id);

/** @param nameOf of an extension; `undefined`: not known here @returns what a key may use, for a person */
export function scopeWords(
  scopes: readonly string[],
  nameOf: (pluginId: string) => string | undefined,
): string {
  return scopes
    .map((scope) => {
      const area = scope.replace(/:read$/, '');
      const pluginId = area.startsWith('plugins:') ? area.slice('plugins:'.length) : null;
      const what = pluginId === null ? areaWords(area) : extensionWords(pluginId, nameOf);
      return area === scope ? what : t('{what} (reading alone)', { what });
    })
    .join(', ');
}

/** @param nowMs milliseconds since the epoch @returns an ISO time, or `null`: it does not end */
export function expiryOf(days: string, nowMs: number): string | null {
  return days === '' ? null : new Date(nowMs + Number(days) * 24 * 60 * 60_000).toISOString();
}
