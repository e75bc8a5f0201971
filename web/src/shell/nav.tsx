/** The sidebar: search, home, apps, then one entry a plugin; what is not there is not shown. */
import { ActionIcon, Group, Kbd, Text } from '@mantine/core';
import IconActivity from '@tabler/icons-react/dist/esm/icons/IconActivity.mjs';
import IconApps from '@tabler/icons-react/dist/esm/icons/IconApps.mjs';
import IconBell from '@tabler/icons-react/dist/esm/icons/IconBell.mjs';
import IconChevronsLeft from '@tabler/icons-react/dist/esm/icons/IconChevronsLeft.mjs';
import IconChevronsRight from '@tabler/icons-react/dist/esm/icons/IconChevronsRight.mjs';
import IconCloudLock from '@tabler/icons-react/dist/esm/icons/IconCloudLock.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconHome from '@tabler/icons-react/dist/esm/icons/IconHome.mjs';
import IconInbox from '@tabler/icons-react/dist/esm/icons/IconInbox.mjs';
import IconLayoutGridAdd from '@tabler/icons-react/dist/esm/icons/IconLayoutGridAdd.mjs';
import IconLayoutGrid from '@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs';
import IconMail from '@tabler/icons-react/dist/esm/icons/IconMail.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import IconPuzzle from '@tabler/icons-react/dist/esm/icons/IconPuzzle.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import IconUsersGroup from '@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import type { Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useUnread } from '#api/notifications.ts';
import { useDecidesRequests, usePending } from '#api/pending.ts';
import { isSwitchedOff, usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import { ownWorkspacesQuery } from '#api/workspaces.ts';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { NavLink } from './nav-link.tsx';
import { PersonMenu } from './person-menu.tsx';
import { PluginEntry } from './plugin-entry.tsx';
import navStyles from './nav.module.css';

/** More of them than this scroll among themselves. */
const shownWhole = 8;

type SidebarProps = {
  isCollapsed: boolean;
  onToggle?: () => void;
  onSearch: () => void;
  onLeave?: () => void;
};

export function Sidebar({ isCollapsed, onToggle, onSearch, onLeave }: SidebarProps) {
  const me = useMe();
  const { plugins: all, isPending } = usePlugins();
  // A superuser can switch it on again. For others it would be an entry that leads nowhere.
  const plugins = all.filter((plugin) => me?.is_superuser || !isSwitchedOff(plugin));
  const { pathname } = useLocation();
  const hasWorkspaces = (useQuery(ownWorkspacesQuery).data?.items.length ?? 0) > 0;
  const pending = usePending(me);
  const decides = useDecidesRequests(me);
  const unread = useUnread();
  const isAdmin = me?.is_superuser === true;
  const link = (
    to: string,
    label: string,
    icon: Icon,
    { isActive = pathname === to, waiting = 0 }: { isActive?: boolean; waiting?: number } = {},
  ) => (
    <NavLink
      to={to}
      label={label}
      icon={icon}
      isActive={isActive}
      waiting={waiting}
      isCollapsed={isCollapsed}
      {...(onLeave ? { onLeave } : {})}
    />
  );
  return (
    <>
      <Group
        justify={isCollapsed ? 'center' : 'space-between'}
        px={isCollapsed ? 0 : 16}
        h={56}
        wrap="nowrap"
      >
        <Link
          to="/"

          aria-label={t('Berth, home')}
          style={{ display: 'flex', alignItems: 'center', gap: 10, color: 'inherit', textDecoration: 'none' }}
        >
          <img src="/mark.svg" alt="" width={26} height={26} />
          {isCollapsed ? null : <Text fw={650}>Berth</Text>}
        </Link>
        {isCollapsed || !onToggle ? null : (
          <ActionIcon variant="subtle" color="gray" aria-label={t('Collapse the sidebar')} onClick={onToggle}>
            <IconChevronsLeft size={18} />
          </ActionIcon>
        )}
        {onLeave ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('Close the menu')}
            onClick={onLeave}
          >
            <IconX size={18} />
          </ActionIcon>
        ) : null}
      </Group>
      <nav className={navStyles['scroll']} aria-label={t('Main')}>
        {isCollapsed && onToggle ? (
          <button
            type="button"
            className={navStyles['link']}
            aria-label={t('Expand the sidebar')}
            onClick={onToggle}
          >
            <IconChevronsRight size={18} aria-hidden />
          </button>
        ) : null}
        <button
          type="button"
          className={navStyles['link']}
          onClick={onSearch}
          {...(isCollapsed ? { 'aria-label': t('Search') } : {})}
          aria-keyshortcuts="Control+K Meta+K"
        >
          <IconSearch size={18} aria-hidden />
          {isCollapsed ? null : (
            <>
              <span className={navStyles['label']}>{t('Search')}</span>
              {onLeave ? null : <Kbd size="xs">{/Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl'} K</Kbd>}
            </>
          )}
        </button>
        {link('/', t('Home'), IconHome)}
        {link('/apps', t('Apps'), IconApps)}
        {hasWorkspaces
          ? link('/workspaces', t('Workspaces'), IconLayoutGrid, {
              isActive: pathname.startsWith('/workspaces'),
            })
          : null}
        {link('/notifications', t('Notifications'), IconBell, { waiting: unread })}
        {plugins.length > 0 ? (
          <section
            aria-label={t('Extensions')}
            {...(plugins.length > shownWhole ? { className: navStyles['many'] } : {})}
          >
            {isCollapsed ? (
              <div style={{ height: 12 }} />
            ) : (
              <h2 className={navStyles['heading']}>{t('Extensions')}</h2>
            )}
            {plugins.map((plugin) => (
              <PluginEntry
                key={plugin.id}
                plugin={plugin}
                isCollapsed={isCollapsed}
                {...(onLeave ? { onLeave } : {})}
              />
            ))}
          </section>
        ) : me?.is_superuser && !isPending && !isCollapsed ? (
          <section aria-label={t('Extensions')}>
            <h2 className={navStyles['heading']}>{t('Extensions')}</h2>
            <Text size="sm" c="dimmed" px={10}>
              <Words
                text={msg('None yet. <link>Add one</link>')}
                parts={{
                  link: (
                    <Link
                      to="/admin/add-extension"
                      style={{ color: 'var(--mantine-color-anchor)' }}
                      onClick={onLeave}
                    />
                  ),
                }}
              />
            </Text>
          </section>
        ) : null}
        {isAdmin || decides ? (
          <section aria-label={t('Admin')}>
            {isCollapsed ? (
              <div style={{ height: 12 }} />
            ) : (
              <h2 className={navStyles['heading']}>{t('Admin')}</h2>
            )}
            {isAdmin ? (
              <>
                {link('/admin/users', t('Users'), IconUsers, {
                  isActive: pathname.startsWith('/admin/users'),
                })}
                {link('/admin/groups', t('Groups'), IconUsersGroup)}
                {link('/admin/plugins', t('Extensions'), IconPlugConnected, {
                  isActive: pathname.startsWith('/admin/plugins') || pathname === '/admin/add-extension',
                  waiting: pending.approvals,
                })}
              </>
            ) : null}
            {link('/admin/requests', t('Access requests'), IconInbox, { waiting: pending.requests })}
            {isAdmin ? (
              <>
                {link('/admin/connections', t('Connections'), IconCloudLock)}
                {link('/admin/workspaces', t('Manage workspaces'), IconLayoutGridAdd, {
                  isActive: pathname.startsWith('/admin/workspace'),
                })}
                {link('/admin/capabilities', t('Capabilities'), IconPuzzle)}
                {link('/admin/traffic', t('Traffic'), IconActivity)}
                {pending.mail.isShown
                  ? link('/admin/mail', t('Mail'), IconMail, { waiting: pending.mail.givenUp })
                  : null}
                {link('/admin/audit', t('Audit'), IconHistory)}
                {link('/admin/settings', t('Settings'), IconSettings)}
              </>
            ) : null}
          </section>
        ) : null}
      </nav>
      <PersonMenu isCollapsed={isCollapsed} />
    </>
  );
}
