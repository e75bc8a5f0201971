/** Pages of the shell and of extensions that the palette leads to. */
import { hasSettingsPage, isSwitchedOff } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { t } from '#words/words.ts';
import { innerPath } from './inner-path.ts';

export type Place = { id: string; title: string; under: string; icon: string; to: string; hash?: string };
type Rights = { isSuperuser: boolean; decides: boolean };

export function placesOf(plugins: readonly Plugin[], { isSuperuser, decides }: Rights): Place[] {
  const page = (title: string, to: string, icon: string, under = t('Page')): Place => ({
    id: to,
    title,
    under,
    to,
    icon,
  });
  return [
    ...plugins.flatMap((plugin) => {
      if (isSwitchedOff(plugin) && !isSuperuser) return [];
      const to = `/extensions/${plugin.id}`;
      const own = page(plugin.name, to, plugin.icon, t('Extension'));
      const inner = plugin.nav.map((item) => ({
        id: `${to}#${item.id}`,
        title: item.title,
        under: plugin.name,
        to,
        hash: innerPath(item.path),
        icon: item.icon ?? plugin.icon,
      }));
      const settings = hasSettingsPage(plugin)
        ? [page(t('{name} settings', { name: plugin.name }), `${to}/settings`, 'settings', t('Settings'))]
        : [];
      return [own, ...inner, ...settings];
    }),
    page(t('Home'), '/', 'home'),
    page(t('Apps'), '/apps', 'apps'),
    page(t('Notifications'), '/notifications', 'bell'),
    page(t('Profile and security'), '/profile', 'user'),
    ...(isSuperuser
      ? [
          page(t('Users'), '/admin/users', 'users', t('Admin')),
          page(t('Groups'), '/admin/groups', 'users', t('Admin')),
          page(t('Extensions'), '/admin/plugins', 'plug-connected', t('Admin')),
          page(t('Add an extension'), '/admin/add-extension', 'puzzle', t('Admin')),
        ]
      : []),
    ...(isSuperuser || decides ? [page(t('Access requests'), '/admin/requests', 'inbox', t('Admin'))] : []),
    ...(isSuperuser
      ? [
          page(t('Connections'), '/admin/connections', 'lock', t('Admin')),
          page(t('Manage workspaces'), '/admin/workspaces', 'layout-grid', t('Admin')),
          page(t('Capabilities'), '/admin/capabilities', 'puzzle', t('Admin')),
          page(t('Traffic'), '/admin/traffic', 'activity', t('Admin')),
          page(t('Mail'), '/admin/mail', 'mail', t('Admin')),
          page(t('Audit'), '/admin/audit', 'history', t('Admin')),
        ]
      : []),
  ];
}
