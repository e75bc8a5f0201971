/** Pages of the shell and of extensions that the palette leads to. */
import { hasSettingsPage, isSwitchedOff } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { innerPath } from './inner-path.ts';

export type Place = { id: string; title: string; under: string; icon: string; to: string; hash?: string };
type Rights = { isSuperuser: boolean; decides: boolean };

export function placesOf(plugins: readonly Plugin[], { isSuperuser, decides }: Rights): Place[] {
  const page = (title: string, to: string, icon: string, under = 'Page'): Place => ({
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
      const own = page(plugin.name, to, plugin.icon, 'Extension');
      const inner = plugin.nav.map((item) => ({
        id: `${to}#${item.id}`,
        title: item.title,
        under: plugin.name,
        to,
        hash: innerPath(item.path),
        icon: item.icon ?? plugin.icon,
      }));
      const settings = hasSettingsPage(plugin)
        ? [page(`${plugin.name} settings`, `${to}/settings`, 'settings', 'Settings')]
        : [];
      return [own, ...inner, ...settings];
    }),
    page('Home', '/', 'home'),
    page('Apps', '/apps', 'apps'),
    page('Notifications', '/notifications', 'bell'),
    page('Profile and security', '/profile', 'user'),
    ...(isSuperuser
      ? [
          page('Users', '/admin/users', 'users', 'Admin'),
          page('Groups', '/admin/groups', 'users', 'Admin'),
          page('Extensions', '/admin/plugins', 'plug-connected', 'Admin'),
          page('Add an extension', '/admin/add-extension', 'puzzle', 'Admin'),
        ]
      : []),
    ...(isSuperuser || decides ? [page('Access requests', '/admin/requests', 'inbox', 'Admin')] : []),
    ...(isSuperuser
      ? [
          page('Connections', '/admin/connections', 'lock', 'Admin'),
          page('Manage workspaces', '/admin/workspaces', 'layout-grid', 'Admin'),
          page('Capabilities', '/admin/capabilities', 'puzzle', 'Admin'),
          page('Traffic', '/admin/traffic', 'activity', 'Admin'),
          page('Mail', '/admin/mail', 'mail', 'Admin'),
          page('Audit', '/admin/audit', 'history', 'Admin'),
        ]
      : []),
  ];
}
