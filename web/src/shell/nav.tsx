/** The sidebar: search, home, apps, then one entry a plugin; what is not there is not shown. */
import { ActionIcon, Group, Kbd, Text } from '@mantine/core';
import IconApps from '@tabler/icons-react/dist/esm/icons/IconApps.mjs';
import IconBell from '@tabler/icons-react/dist/esm/icons/IconBell.mjs';
import IconChevronsLeft from '@tabler/icons-react/dist/esm/icons/IconChevronsLeft.mjs';
import IconChevronsRight from '@tabler/icons-react/dist/esm/icons/IconChevronsRight.mjs';
import IconHome from '@tabler/icons-react/dist/esm/icons/IconHome.mjs';
import IconLayoutGrid from '@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useUnread } from '#api/notifications.ts';
import { ownWorkspacesQuery } from '#api/workspaces.ts';
import { t } from '#words/words.ts';
import { AdminLinks } from './nav-admin.tsx';
import { ExtensionLinks } from './nav-extensions.tsx';
import { type InSidebar, PlaceLink } from './nav-link.tsx';
import { PersonMenu } from './person-menu.tsx';
import navStyles from './nav.module.css';

type SidebarProps = InSidebar & { onToggle?: () => void; onSearch: () => void };

export function Sidebar({ isCollapsed, onToggle, onSearch, onLeave }: SidebarProps) {
  const { pathname } = useLocation();
  const hasWorkspaces = (useQuery(ownWorkspacesQuery).data?.items.length ?? 0) > 0;
  const unread = useUnread();
  const here = { isCollapsed, onLeave };
  return (
    <>
      <SidebarTop {...here} onToggle={onToggle} />
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
        <SearchButton {...here} onSearch={onSearch} />
        <PlaceLink {...here} to="/" label={t('Home')} icon={IconHome} />
        <PlaceLink {...here} to="/apps" label={t('Apps')} icon={IconApps} />
        {hasWorkspaces ? (
          <PlaceLink
            {...here}
            to="/workspaces"
            label={t('Workspaces')}
            icon={IconLayoutGrid}
            isActive={pathname.startsWith('/workspaces')}
          />
        ) : null}
        <PlaceLink
          {...here}
          to="/notifications"
          label={t('Notifications')}
          icon={IconBell}
          waiting={unread}
        />
        <ExtensionLinks {...here} />
        <AdminLinks {...here} />
      </nav>
      <PersonMenu isCollapsed={isCollapsed} />
    </>
  );
}

function SidebarTop({ isCollapsed, onToggle, onLeave }: InSidebar & { onToggle: (() => void) | undefined }) {
  return (
    <Group justify={isCollapsed ? 'center' : 'space-between'} px={isCollapsed ? 0 : 16} h={56} wrap="nowrap">
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
  );
}

function SearchButton({ isCollapsed, onLeave, onSearch }: InSidebar & { onSearch: () => void }) {
  return (
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
  );
}
