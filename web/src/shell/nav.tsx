/** The sidebar: search, home, apps, then one entry a plugin; what is not there is not shown. */
import {
  ActionIcon,
  Avatar,
  Group,
  Kbd,
  Menu,
  Text,
  Tooltip,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import IconActivity from '@tabler/icons-react/dist/esm/icons/IconActivity.mjs';
import IconApps from '@tabler/icons-react/dist/esm/icons/IconApps.mjs';
import IconChevronsLeft from '@tabler/icons-react/dist/esm/icons/IconChevronsLeft.mjs';
import IconChevronsRight from '@tabler/icons-react/dist/esm/icons/IconChevronsRight.mjs';
import IconCloudLock from '@tabler/icons-react/dist/esm/icons/IconCloudLock.mjs';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconHome from '@tabler/icons-react/dist/esm/icons/IconHome.mjs';
import IconInbox from '@tabler/icons-react/dist/esm/icons/IconInbox.mjs';
import IconLogout from '@tabler/icons-react/dist/esm/icons/IconLogout.mjs';
import IconMail from '@tabler/icons-react/dist/esm/icons/IconMail.mjs';
import IconMoon from '@tabler/icons-react/dist/esm/icons/IconMoon.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconSun from '@tabler/icons-react/dist/esm/icons/IconSun.mjs';
import IconDeviceDesktop from '@tabler/icons-react/dist/esm/icons/IconDeviceDesktop.mjs';
import IconUser from '@tabler/icons-react/dist/esm/icons/IconUser.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import IconUsersGroup from '@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import type { Icon } from '@tabler/icons-react';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { request } from '#api/client.ts';
import { useDecidesRequests, usePending } from '#api/pending.ts';
import { isHealthy, isSwitchedOff, usePlugins } from '#api/plugins.ts';
import { endSession, useMe, useSaveProfile } from '#api/session.ts';
import type { Plugin, ThemeChoice } from '#api/types.ts';
import { innerPath } from './inner-path.ts';
import { PluginIcon } from './plugin-icon.tsx';
import { stateLook } from './plugin-state.tsx';
import { tellFailure } from './toasts.tsx';

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
  const pending = usePending(me);
  const decides = useDecidesRequests(me);
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
          className="nav-mark"
          aria-label="Berth, home"
          style={{ display: 'flex', alignItems: 'center', gap: 10, color: 'inherit', textDecoration: 'none' }}
        >
          <img src="/mark.svg" alt="" width={26} height={26} />
          {isCollapsed ? null : <Text fw={650}>Berth</Text>}
        </Link>
        {isCollapsed || !onToggle ? null : (
          <ActionIcon variant="subtle" color="gray" aria-label="Collapse the sidebar" onClick={onToggle}>
            <IconChevronsLeft size={18} />
          </ActionIcon>
        )}
        {onLeave ? (
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Close the menu" onClick={onLeave}>
            <IconX size={18} />
          </ActionIcon>
        ) : null}
      </Group>
      <nav className="sidebar-scroll" aria-label="Main">
        {isCollapsed && onToggle ? (
          <button type="button" className="nav-link" aria-label="Expand the sidebar" onClick={onToggle}>
            <IconChevronsRight size={18} aria-hidden />
          </button>
        ) : null}
        <button
          type="button"
          className="nav-link"
          onClick={onSearch}
          {...(isCollapsed ? { 'aria-label': 'Search' } : {})}
          aria-keyshortcuts="Control+K Meta+K"
        >
          <IconSearch size={18} aria-hidden />
          {isCollapsed ? null : (
            <>
              <span className="nav-label">Search</span>
              {onLeave ? null : <Kbd size="xs">{/Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl'} K</Kbd>}
            </>
          )}
        </button>
        {link('/', 'Home', IconHome)}
        {link('/apps', 'Apps', IconApps)}
        {plugins.length > 0 ? (
          <section
            aria-label="Extensions"
            {...(plugins.length > shownWhole ? { className: 'nav-many' } : {})}
          >
            {isCollapsed ? <div style={{ height: 12 }} /> : <h2 className="nav-heading">Extensions</h2>}
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
          <section aria-label="Extensions">
            <h2 className="nav-heading">Extensions</h2>
            <Text size="sm" c="dimmed" px={10}>
              None yet.{' '}
              <Link to="/admin/plugins" style={{ color: 'var(--mantine-color-anchor)' }} onClick={onLeave}>
                Add one
              </Link>
            </Text>
          </section>
        ) : null}
        {isAdmin || decides ? (
          <section aria-label="Admin">
            {isCollapsed ? <div style={{ height: 12 }} /> : <h2 className="nav-heading">Admin</h2>}
            {isAdmin ? (
              <>
                {link('/admin/users', 'Users', IconUsers)}
                {link('/admin/groups', 'Groups', IconUsersGroup)}
                {link('/admin/plugins', 'Plugins', IconPlugConnected, {
                  isActive: pathname.startsWith('/admin/plugins'),
                  waiting: pending.approvals,
                })}
              </>
            ) : null}
            {link('/admin/requests', 'Access requests', IconInbox, { waiting: pending.requests })}
            {isAdmin ? (
              <>
                {link('/admin/connections', 'Connections', IconCloudLock)}
                {link('/admin/traffic', 'Traffic', IconActivity)}
                {pending.mail.isShown
                  ? link('/admin/mail', 'Mail', IconMail, { waiting: pending.mail.givenUp })
                  : null}
                {link('/admin/audit', 'Audit', IconHistory)}
              </>
            ) : null}
          </section>
        ) : null}
      </nav>
      <PersonMenu isCollapsed={isCollapsed} />
    </>
  );
}

type NavLinkProps = {
  to: string;
  label: string;
  icon: Icon;
  isActive: boolean;
  waiting: number;
  isCollapsed: boolean;
  onLeave?: () => void;
};

/** @param waiting how much of it waits for the person */
function NavLink({ to, label, icon: LinkIcon, isActive, waiting, isCollapsed, onLeave }: NavLinkProps) {
  const name = waiting > 0 ? `${label}, ${waiting} waiting` : label;
  return (
    <Hint label={name} isShown={isCollapsed}>
      <Link
        to={to}
        className="nav-link"
        data-active={isActive || undefined}
        aria-current={isActive ? 'page' : undefined}
        aria-label={isCollapsed ? name : undefined}
        onClick={onLeave}
      >
        <LinkIcon size={18} aria-hidden />
        {isCollapsed ? null : <span className="nav-label">{label}</span>}
        {waiting === 0 ? null : isCollapsed ? (
          <span className="nav-count" />
        ) : (
          <>
            <VisuallyHidden>, </VisuallyHidden>
            <span className="nav-count">{waiting > 99 ? '99+' : waiting}</span>
            <VisuallyHidden> waiting</VisuallyHidden>
          </>
        )}
      </Link>
    </Hint>
  );
}

function PluginEntry({
  plugin,
  isCollapsed,
  onLeave,
}: {
  plugin: Plugin;
  isCollapsed: boolean;
  onLeave?: () => void;
}) {
  const { pathname, hash } = useLocation();
  const root = `/extensions/${plugin.id}`;
  const isOpen = pathname === root || pathname.startsWith(`${root}/`);
  const look = stateLook(plugin.state);
  const inner = isOpen && !isCollapsed ? plugin.nav : [];
  const here = innerPath(hash === '' ? '/' : hash);
  const current = pathname === root ? bestMatch(inner, here) : null;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Whoever comes by an address or by search sees where they are among many.
    if (isOpen) link.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  return (
    <>
      <Hint label={isHealthy(plugin) ? plugin.name : `${plugin.name}: ${look.label}`} isShown={isCollapsed}>
        <Link
          ref={link}
          to={root}
          className="nav-link"
          data-active={(isOpen && current === null) || undefined}
          data-dimmed={!isHealthy(plugin) || undefined}
          aria-current={isOpen && current === null ? 'page' : undefined}
          aria-expanded={plugin.nav.length > 0 ? isOpen : undefined}
          aria-label={isHealthy(plugin) ? plugin.name : `${plugin.name}, ${look.label.toLowerCase()}`}
          onClick={onLeave}
        >
          <PluginIcon plugin={plugin} size={18} />
          {isCollapsed ? null : <span className="nav-label">{plugin.name}</span>}
          {isHealthy(plugin) ? null : (
            <span className="nav-dot" style={{ background: `var(--mantine-color-${look.color}-6)` }} />
          )}
        </Link>
      </Hint>
      {inner.map((item) => (
        <Link
          key={item.id}
          to={root}
          hash={innerPath(item.path).replace(/^#/, '')}
          className="nav-link nav-inner"
          data-active={current === item.id || undefined}
          aria-current={current === item.id ? 'page' : undefined}
          onClick={onLeave}
        >
          <span className="nav-label">{item.title}</span>
        </Link>
      ))}
    </>
  );
}

/** The entry whose path is the longest beginning of where one is. */
function bestMatch(nav: Plugin['nav'], here: string): string | null {
  let best: { id: string; length: number } | null = null;
  for (const item of nav) {
    const path = innerPath(item.path);
    const fits =
      here === path || here.startsWith(path.endsWith('/') ? path : `${path}/`) || here.startsWith(`${path}?`);
    if (fits && (best === null || path.length > best.length)) best = { id: item.id, length: path.length };
  }
  return best?.id ?? null;
}

function Hint({ label, isShown, children }: { label: string; isShown: boolean; children: ReactNode }) {
  return (
    <Tooltip label={label} position="right" disabled={!isShown} withinPortal>
      <div>{children}</div>
    </Tooltip>
  );
}

const themes: readonly { value: ThemeChoice; label: string; icon: Icon }[] = [
  { value: 'system', label: 'As the system', icon: IconDeviceDesktop },
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
];

function PersonMenu({ isCollapsed }: { isCollapsed: boolean }) {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useSaveProfile();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async () => {
    try {
      await request('/api/auth/session', { method: 'DELETE' });
      endSession(client);
      await navigate({ to: '/sign-in' });
    } catch (error) {
      tellFailure('You are still signed in', error);
    }
  };
  const chooseTheme = (value: ThemeChoice) => {
    setColorScheme(value === 'system' ? 'auto' : value);
    save.mutate({ theme: value }, { onError: (error) => tellFailure('The theme was not saved', error) });
  };
  if (!me) return null;
  const name = me.name || me.email;
  return (
    <Menu position="top-start" width={228} shadow="md" radius="md">
      <Menu.Target>
        <button
          type="button"
          className="nav-link"
          style={{ minHeight: 52, borderRadius: 0, borderTop: '1px solid var(--berth-line)' }}
        >
          <Avatar size={28} radius="xl" color="harbour" variant="filled" name={name} alt="" aria-hidden />
          {isCollapsed ? (
            <VisuallyHidden>{name}: your menu</VisuallyHidden>
          ) : (
            <span className="nav-label">{name}</span>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text inherit lineClamp={2} className="breakable" title={me.email}>
            {me.email}
          </Text>
        </Menu.Label>
        <Menu.Item leftSection={<IconUser size={16} />} component={Link} to="/profile">
          Profile and security
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup value={colorScheme === 'auto' ? 'system' : colorScheme}>
          {themes.map(({ value, label, icon: ThemeIcon }) => (
            <Menu.RadioItem
              key={value}
              value={value}
              onChange={() => chooseTheme(value)}
              rightSection={<ThemeIcon size={16} aria-hidden />}
            >
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
