/** What the address of an extension's settings page says. */
export type SettingsSearch = {
  /** The action whose dialog opens. */
  action?: string;
};

export function readSettingsSearch({ action }: Record<string, unknown>): SettingsSearch {
  return typeof action === 'string' && action !== '' ? { action } : {};
}
